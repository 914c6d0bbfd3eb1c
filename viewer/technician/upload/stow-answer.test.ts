import { expect, test } from "vitest";
import { outcomesOf, reasonOfFailure } from "./stow-answer.ts";

const referenced = (...uids: string[]) => ({
  "00081199": { vr: "SQ", Value: uids.map((uid) => ({ "00081155": { vr: "UI", Value: [uid] } })) },
});
const failed = (index: number, code: string, uid?: string) => ({
  "00081197": { vr: "US", Value: [0xc000] },
  "00090010": { vr: "LO", Value: ["TELE-READING HUB"] },
  "00091001": { vr: "LO", Value: [code] },
  "00091002": { vr: "IS", Value: [index] },
  ...(uid === undefined ? {} : { "00081155": { vr: "UI", Value: [uid] } }),
});

test("all stored", () => {
  expect(outcomesOf(referenced("1.1", "1.2"), ["1.1", "1.2"])).toEqual([{ outcome: "stored" }, { outcome: "stored" }]);
});

test("a part without a UID is refused by its place in the request, in the words of the hub", () => {
  const answer = { ...referenced("1.1"), "00081198": { vr: "SQ", Value: [failed(1, "dicom-truncated")] } };
  expect(outcomesOf(answer, ["1.1", "1.2"])).toEqual([
    { outcome: "stored" },
    { outcome: "refused", reason: { code: "dicom-truncated" } },
  ]);
});

test("the same UID twice in a batch: the second, of other bytes, is the refused one", () => {
  const answer = { ...referenced("1.1"), "00081198": { vr: "SQ", Value: [failed(1, "instance-differs", "1.1")] } };
  expect(outcomesOf(answer, ["1.1", "1.1"]).map((one) => one.outcome)).toEqual(["stored", "refused"]);
});

test("an answer of another server: the failed item by UID, the reason by its number", () => {
  const item = { "00081155": { vr: "UI", Value: ["1.2"] }, "00081197": { vr: "US", Value: [0xa700] } };
  expect(outcomesOf({ ...referenced("1.1"), "00081198": { Value: [item] } }, ["1.1", "1.2"])[1]).toEqual({
    outcome: "refused",
    reason: { code: "storage-failed" },
  });
});

test("a part the answer does not speak of is not taken for stored", () => {
  expect(outcomesOf(referenced("1.1"), ["1.1", "1.2"])[1]).toEqual({ outcome: "unknown" });
  expect(outcomesOf(null, ["1.1"])).toEqual([{ outcome: "unknown" }]);
  // two parts, one referenced, none failed: 1 + 0 ≠ 2, so the one without a UID stays unknown
  expect(outcomesOf(referenced("1.1"), ["1.1", null])[1]).toEqual({ outcome: "unknown" });
});

test("a part whose header the browser could not read is stored when every part is spoken of", () => {
  // 2 referenced + 0 failed = 2 parts
  expect(outcomesOf(referenced("1.1", "1.9"), ["1.1", null])[1]).toEqual({ outcome: "stored" });
});

test("failure reasons without the hub's code", () => {
  expect(reasonOfFailure(0xa7a1)).toBe("storage-failed");
  expect(reasonOfFailure(0xa900)).toBe("sop-class-mismatch");
  expect(reasonOfFailure(0xc000)).toBe("dicom-unreadable");
  expect(reasonOfFailure(0x0110)).toBe("unexpected");
});

test("a code that is not in the hub's table is not shown as one", () => {
  const answer = { "00081198": { Value: [failed(0, "made-up")] } };
  expect(outcomesOf(answer, ["1.1"])[0]).toEqual({ outcome: "refused", reason: { code: "dicom-unreadable" } });
});
