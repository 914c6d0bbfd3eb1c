import type { TextTable } from "../../../core/texts/text-table.ts";

export const readingTexts = {} as const satisfies TextTable;
