import { expect, test } from "vitest";
import { withPhrase } from "./history-phrases.ts";

test("a phrase is joined as a person would write it", () => {
  expect(withPhrase("", "发热", "zh")).toBe("发热");
  expect(withPhrase("咳嗽 ", "发热", "zh")).toBe("咳嗽，发热");
  expect(withPhrase("咳嗽，", "发热", "zh")).toBe("咳嗽，发热");
  expect(withPhrase("Cough", "Fever", "en")).toBe("Cough, Fever");
  expect(withPhrase("Cough.", "Fever", "en")).toBe("Cough. Fever");
});
