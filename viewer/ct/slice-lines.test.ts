import { expect, it } from "vitest";
import type { Text } from "../i18n/use-text.ts";
import { frameForTests } from "./frame-for-tests.ts";
import { lossyLine, windowLines } from "./slice-lines.ts";
import { EMPTY_SNAPSHOT } from "./viewport-snapshot.ts";

const text: Text = (key, values = {}) => [key, ...Object.values(values)].join(" ");

it("names a preset, and rounds wide windows only", () => {
  expect(
    windowLines({ ...EMPTY_SNAPSHOT, state: "shown", window: { center: -600, width: 1500 }, zoom: 1.413 }, text),
  ).toEqual(["ct.preset-lung", "ct.window-values 1500 -600", "ct.zoom-percent 141"]);
  expect(windowLines({ ...EMPTY_SNAPSHOT, state: "shown", window: { center: 0.25, width: 1.5 } }, text)).toContain(
    "ct.window-values 1.5 0.25",
  );
  expect(windowLines({ ...EMPTY_SNAPSHOT, state: "failed", window: { center: 40, width: 80 } }, text)).toEqual([]);
});

it("marks lossy pixels by header or by transfer syntax", () => {
  const frame = frameForTests("a");
  expect(lossyLine({ ...EMPTY_SNAPSHOT, frame: { ...frame, lossy: { ratio: 12.5 } } }, text)).toBe(
    "ct.lossy-ratio 12.5",
  );
  expect(lossyLine({ ...EMPTY_SNAPSHOT, frame, transferSyntaxUid: "1.2.840.10008.1.2.4.50" }, text)).toBe("ct.lossy");
  expect(lossyLine({ ...EMPTY_SNAPSHOT, frame, transferSyntaxUid: "1.2.840.10008.1.2.4.70" }, text)).toBeUndefined();
});
