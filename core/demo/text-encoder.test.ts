import { describe, expect, test } from "vitest";
import { DEMO_PEOPLE } from "./demo-people.ts";
import { encodeText } from "./text-encoder.ts";

const names = DEMO_PEOPLE.map(({ nameLatin, nameHan }) => `${nameLatin}=${nameHan}`);

describe("encodeText", () => {
  test.each(["GB18030", "GBK"] as const)("%s comes back through the platform's decoder", (charset) => {
    const decoder = new TextDecoder(charset.toLowerCase(), { fatal: true });
    for (const name of names) expect(decoder.decode(encodeText(name, charset, true))).toBe(name);
  });

  test("GB18030 has every character, in four bytes where GBK has none", () => {
    // U+3400 is not in GBK: 8139EE39. U+20BB7 is linear 189000 + 0x10BB7 = 257535 = ((20 · 10 + 4) · 126 + 49) · 10 + 5,
    // so 81 + 14, 30 + 4, 81 + 31, 30 + 5, all in hex.
    const text = "㐀𠮷";
    const bytes = encodeText(text, "GB18030", false);
    expect(new TextDecoder("gb18030", { fatal: true }).decode(bytes)).toBe(text);
    expect(bytes.toString("hex")).toBe("8139ee399534b235");
    expect(() => encodeText("𠮷", "GBK", false)).toThrow(RangeError);
  });

  test("GBK has names whose second byte is a backslash", () => {
    // 乗 U+4E57 is 81 5C.
    expect(encodeText("乗", "GBK", true).toString("hex")).toBe("815c");
  });

  test("ISO 2022 IR 58 says the set anew in each component, as in PS3.5 Annex K", () => {
    // The standard's own example: Zhang^XiaoDong=张^小东; ESC $ ) A is 1b 24 29 41, 张 is D5C5, 小东 is D0A1 B6AB.
    const bytes = encodeText("Zhang^XiaoDong=张^小东", "\\ISO 2022 IR 58", true);
    const designation = "1b242941";
    expect(bytes.subarray(15).toString("hex")).toBe(`${designation}d5c55e${designation}d0a1b6ab`);
    // In other values ^ does not end the designation.
    expect(encodeText("张^小", "\\ISO 2022 IR 58", false).toString("hex")).toBe(`${designation}d5c55ed0a1`);
    // 镕 is in GBK but not in GB 2312.
    expect(() => encodeText("镕", "\\ISO 2022 IR 58", true)).toThrow(RangeError);
  });
});
