import type { TextTable } from "../../../core/texts/text-table.ts";

export const adminTexts = {} as const satisfies TextTable;
