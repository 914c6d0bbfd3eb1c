import type { TextTable } from "../../../core/texts/text-table.ts";

export const gpTexts = {} as const satisfies TextTable;
