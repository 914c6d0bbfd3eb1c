import type { TextTable } from "../../../core/texts/text-table.ts";

export const ctTexts = {} as const satisfies TextTable;
