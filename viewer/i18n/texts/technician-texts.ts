import type { TextTable } from "../../../core/texts/text-table.ts";

export const technicianTexts = {} as const satisfies TextTable;
