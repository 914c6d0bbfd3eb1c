import { expect, it } from "vitest";
import { bytesText } from "./bytes-text.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "0.98 KB"], // 1000 / 1024 = 0.977
  [1536, "1.50 KB"],
  [150 * 1024 ** 2, "150 MB"],
  [1.4 * 1024 ** 3, "1.40 GB"],
  [12.34 * 1024 ** 4, "12.3 TB"],
  [99.96 * 1024, "100 KB"],
])("%d bytes are %s", (bytes, words) => {
  expect(bytesText(bytes)).toBe(words);
});
