import { expect, it } from "vitest";
import { dicomDateTimeText, minuteText, secondText } from "./instant-text.ts";

it("writes an instant to the minute in the browser's zone", () => {
  expect(minuteText(new Date(2026, 10, 2, 4, 5, 59).toISOString())).toBe("2026-11-02 04:05");
});

it("names the day only when it is not today", () => {
  const at = new Date(2026, 10, 22, 14, 5, 12);
  expect(secondText(at.getTime(), new Date(2026, 10, 22, 23, 59).getTime())).toBe("14:05:12");
  expect(secondText(at.getTime(), new Date(2026, 10, 23, 0, 1).getTime())).toBe("2026-11-22 14:05:12");
});

it("leaves DICOM dates on the site's own day", () => {
  expect(dicomDateTimeText("20261122", "235959.120")).toBe("2026-11-22 23:59");
  expect(dicomDateTimeText("20261122")).toBe("2026-11-22");
  expect(dicomDateTimeText("")).toBe("");
});
