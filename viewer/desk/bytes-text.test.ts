import { expect, test } from "vitest";
import { bytesText } from "./bytes-text.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"], // 1000 / 1024 = 0.98
  [13_002_342, "12.4 MB"], // / 1048576 = 12.4
  [157_286_400, "150 MB"],
  [5_368_709_120, "5.0 GB"],
])("%d bytes → %s", (bytes, expected) => expect(bytesText(bytes)).toBe(expected));
