import type { TextTable } from "../../../core/texts/text-table.ts";

export const ecgTexts = {} as const satisfies TextTable;
