import fc from "fast-check";
import { expect, it } from "vitest";
import { wordDiff } from "./word-diff.ts";

const before = (parts: ReturnType<typeof wordDiff>) =>
  parts.flatMap((part) => (part.kind === "added" ? [] : [part.text])).join("");
const after = (parts: ReturnType<typeof wordDiff>) =>
  parts.flatMap((part) => (part.kind === "removed" ? [] : [part.text])).join("");

it("shows nothing but the same text when nothing changed", () => {
  expect(wordDiff("双肺清晰。", "双肺清晰。")).toEqual([{ kind: "same", text: "双肺清晰。" }]);
  expect(wordDiff("", "")).toEqual([]);
});

it("marks one changed number, not the sentence", () => {
  expect(wordDiff("右肺上叶结节，约 5 mm。", "右肺上叶结节，约 8 mm。")).toEqual([
    { kind: "same", text: "右肺上叶结节，约 " },
    { kind: "removed", text: "5" },
    { kind: "added", text: "8" },
    { kind: "same", text: " mm。" },
  ]);
});

it("marks what was added at the end and removed at the start", () => {
  expect(wordDiff("a b c", "b c d")).toEqual([
    { kind: "removed", text: "a " },
    { kind: "same", text: "b c" },
    { kind: "added", text: " d" },
  ]);
});

it("always holds both texts whole", () => {
  const text = fc.array(fc.constantFrom("肺", "结节", " ", "，", "5", "mm", "未见", "\n"), { maxLength: 60 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const parts = wordDiff(a.join(""), b.join(""));
      expect(before(parts)).toBe(a.join(""));
      expect(after(parts)).toBe(b.join(""));
    }),
    { numRuns: 300 },
  );
});

it("shows texts without anything in common as replaced", () => {
  const a = Array.from({ length: 4000 }, (_, i) => `a${i}`).join(" ");
  const b = Array.from({ length: 4000 }, (_, i) => `b${i}`).join("、");
  const parts = wordDiff(a, b);
  expect(before(parts)).toBe(a);
  expect(after(parts)).toBe(b);
});
