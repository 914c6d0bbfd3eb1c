import { afterAll, beforeAll, expect, it } from "vitest";
import { missingImages } from "./steps/missing-images.ts";
import { orderOnWorklist } from "./steps/order-on-worklist.ts";
import { transferMended } from "./steps/transfer-mended.ts";
import { type District, openDistrict } from "./support/district.ts";

/** What goes out to other archives and what scanners are told, at the pages and at the devices. Each step stands alone. */
let district: District;
let failed = false;

beforeAll(async () => {
  district = await openDistrict();
});

afterAll(async () => {
  await district?.close(failed);
});

it.each([
  [
    "a study is sent on: the destination is down, the page says why, it comes back and the transfer is done",
    transferMended,
  ],
  ["an order is on the scanner's worklist, as it is changed, until it is cancelled", orderOnWorklist],
  ["images that the scanner made and that have not come are told, until they come", missingImages],
] as const)("%s", async (_, step) => {
  try {
    await step(district);
  } catch (error) {
    failed = true;
    throw error;
  }
});

it("no page threw, and the hub never answered with 5xx", () => {
  expect(district.faults()).toEqual([]);
});
