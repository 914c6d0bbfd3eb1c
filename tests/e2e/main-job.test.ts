import { afterAll, beforeAll, expect, it } from "vitest";
import { cancelAsked } from "./steps/cancel-asked.ts";
import { ctPreview } from "./steps/ct-preview.ts";
import { ctRoom } from "./steps/ct-room.ts";
import { deviceSendsCt } from "./steps/device-sends-ct.ts";
import { ecgRoom } from "./steps/ecg-room.ts";
import { gpReads } from "./steps/gp-reads.ts";
import { hangingKept } from "./steps/hanging-kept.ts";
import { languageSwitched } from "./steps/language-switched.ts";
import { marksKept } from "./steps/marks-kept.ts";
import { otherGpFindsNothing } from "./steps/other-gp-finds-nothing.ts";
import { readerClaims } from "./steps/reader-claims.ts";
import { reportCountersigned } from "./steps/report-countersigned.ts";
import { reportSentBack } from "./steps/report-sent-back.ts";
import { reportWritten } from "./steps/report-written.ts";
import { technicianAsks } from "./steps/technician-asks.ts";
import { technicianUploads } from "./steps/technician-uploads.ts";
import { type District, openDistrict } from "./support/district.ts";

/**
 * The main job from the device to the GP's tick, on the whole hub and in a real browser. Each step builds on the one
 * before; after a failed one the rest is not tried.
 */
let district: District;
let failed = false;

beforeAll(async () => {
  district = await openDistrict();
});

afterAll(async () => {
  await district?.close(failed);
});

const STEPS: readonly (readonly [name: string, step: (district: District) => Promise<void>])[] = [
  ["a registered scanner sends a CT; a stranger is turned away; nothing is stored twice", deviceSendsCt],
  ["the technician sees it whole and asks; the readers' lists show it live", technicianAsks],
  ["an upload survives a broken line and says what was refused, and why", technicianUploads],
  ["the first reader has the task, the second is told by whom it was taken", readerClaims],
  ["the CT room shows the file's own pixels, millimetres and HU", ctRoom],
  ["marks are there the next time, apart from another reader's, and go into the report", marksKept],
  ["a series is scrolled before it is here, and says so until it is", ctPreview],
  ["its site asks for an end: the reader's page says so, why, and whom to call", cancelAsked],
  ["a report outlives a lost connection and a closed tab", reportWritten],
  ["it is sent back with a reason, outlives a lost session, and is submitted again", reportSentBack],
  ["the second signature makes it final: a notice to the GP, a PDF in the study", reportCountersigned],
  ["the GP finds, reads, looks, takes the PDF along and ticks it read", gpReads],
  ["a GP of another centre finds nothing", otherGpFindsNothing],
  ["an ECG is read on paper of true millimetres", ecgRoom],
  ["a chest CT hangs by its protocol; what its reader chose is there again", hangingKept],
  ["the language changes in place", languageSwitched],
];

for (const [name, step] of STEPS) {
  it(name, async ({ skip }) => {
    if (failed) skip("a step before it failed");
    failed = true;
    await step(district);
    failed = false;
  });
}

it("no page threw, and the hub never answered with 5xx", () => {
  expect(district.faults()).toEqual([]);
});
