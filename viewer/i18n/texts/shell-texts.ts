import type { TextTable } from "../../../core/texts/text-table.ts";

export const shellTexts = {} as const satisfies TextTable;
