import { expect, it } from "vitest";
import { zoneOffset } from "./zone-offset.ts";

it.each([
  ["Asia/Shanghai", "20260315", "+0800"],
  // China had summer time in 1986 to 1991
  ["Asia/Shanghai", "19880701", "+0900"],
  ["Asia/Kolkata", "20260101", "+0530"],
  ["America/St_Johns", "20260101", "-0330"],
  ["Etc/UTC", "", "+0000"],
])("%s on %s is %s", (zone, date, offset) => {
  expect(zoneOffset(zone, date)).toBe(offset);
});
