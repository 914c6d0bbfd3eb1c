import { expect, it } from "vitest";
import { withWords } from "./report-insert.ts";

it.each([
  ["", 0, 0, "长度 8 mm", 7],
  ["右肺结节，边缘清。", 5, 5, "右肺结节，长度 8 mm边缘清。", 12],
  ["右肺 X 结节", 3, 4, "右肺 长度 8 mm 结节", 10], // what is selected is replaced
  ["S4", 2, 2, "S4 长度 8 mm", 10], // never run into a number
])("puts words into “%s” at %i to %i", (before, start, end, text, cursor) => {
  expect(withWords(before, "长度 8 mm", start, end)).toEqual({ text, cursor });
});
