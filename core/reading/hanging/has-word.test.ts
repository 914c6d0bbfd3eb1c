import { expect, it } from "vitest";
import { hasWord } from "./has-word.ts";

it.each([
  ["胸部平扫肺窗1.0", "肺窗", true],
  ["ThorRoutine  5.0  B30f", "thor", true],
  ["Chest Lung 1.25mm", "LUNG", true],
  ["5.0Lung", "lung", true],
  ["Abd Art 1.0", "art", true],
  ["art_2 partial", "art", true],
  ["partial Art", "art", true], // the second place counts when the first is in a word
  ["MAR artefact", "art", false],
  ["partial", "art", false],
  ["C+ 60s", "c+", true],
  ["Cerebrum", "ce", false],
  ["", "lung", false],
])("%s has %s: %s", (text, word, has) => {
  expect(hasWord(text, word)).toBe(has);
});
