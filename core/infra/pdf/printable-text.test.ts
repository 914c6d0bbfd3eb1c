import { expect, test } from "vitest";
import { printableText } from "./printable-text.ts";

const latinAndHan = (codePoint: number) => codePoint < 0x180 || (codePoint >= 0x4e00 && codePoint < 0xa000);
const shown = (text: string) => printableText(text, latinAndHan);

test.each([
  ["王小东 6 mm", "王小东 6 mm"],
  ["𠮷田", "[U+20BB7]田"],
  ["😀", "[U+1F600]"],
  ["a\u0007b\u0000", "a[U+0007]b[U+0000]"],
  ["\ud842x", "[U+D842]x"],
  // one letter where there is one
  ["e\u0301", "é"],
  ["一\r\n二\r三\u2028四", "一\n二\n三\n四"],
  ["a\tb", "a    b"],
  // zero-width space, byte order mark, a variation selector: nothing to see
  ["左\u200b肺\ufeff葛\u{e0100}", "左肺葛"],
])("%j is printed as %j", (text, expected) => {
  expect(shown(text)).toBe(expected);
});
