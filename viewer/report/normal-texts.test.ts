import { expect, it } from "vitest";
import { normalTextsFor, withNormalText } from "./normal-texts.ts";

it("offers the wording of the body part alone, and every one where none is named", () => {
  expect(normalTextsFor(["CT"], ["Head"]).map((normal) => normal.id)).toEqual(["head-ct"]);
  expect(normalTextsFor(["CT"], ["KNEE"])).toEqual([]);
  expect(normalTextsFor(["CT"], []).map((normal) => normal.id)).toEqual(["chest-ct", "head-ct", "abdomen-ct"]);
});

it("offers an ECG no CT wording", () => {
  expect(normalTextsFor(["ECG"], []).map((normal) => normal.id)).toEqual(["ecg"]);
});

it("never takes away what was typed", () => {
  expect(withNormalText("", "正常。")).toBe("正常。");
  expect(withNormalText(" \n", "正常。")).toBe("正常。");
  expect(withNormalText("右肺结节。\n", "正常。")).toBe("右肺结节。\n正常。");
  expect(withNormalText("正常。其余略。", "正常。")).toBe("正常。其余略。");
});
