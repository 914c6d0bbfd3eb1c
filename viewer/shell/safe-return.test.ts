import { expect, test } from "vitest";
import { safeReturn } from "./safe-return.ts";

test.each([
  ["/reading/1.2.3?x=1", "/reading/1.2.3?x=1"],
  [null, "/"],
  ["", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["/sign-in?to=/sign-in", "/"],
])("%s → %s", (given, expected) => expect(safeReturn(given)).toBe(expected));
