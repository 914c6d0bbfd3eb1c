import { expect, it } from "vitest";
import { SubOperations } from "./sub-operations.ts";

const run = (total: number, outcomes: readonly ("completed" | "warning" | "failed")[]) => {
  const progress = new SubOperations(total);
  for (const [at, outcome] of outcomes.entries()) progress.note(`1.${at}`, outcome);
  return progress;
};

it.each([
  ["nothing to send", 0, [], 0x0000],
  ["all sent", 2, ["completed", "completed"], 0x0000],
  ["one with a warning", 2, ["completed", "warning"], 0xb000],
  ["one failed", 2, ["completed", "failed"], 0xb000],
  ["one that was gone when its turn came", 2, ["completed"], 0xb000],
  ["all failed", 2, ["failed", "failed"], 0xa702],
] as const)("%s", (_, total, outcomes, status) => {
  expect(run(total, outcomes).final(false).status).toBe(status);
});

it("a cancel says what remains; one that comes after the last is too late", () => {
  expect(run(3, ["completed"]).final(true)).toMatchObject({ status: 0xfe00, remainingSuboperations: 2 });
  expect(run(1, ["completed"]).final(true)).toMatchObject({ status: 0x0000, completedSuboperations: 1 });
});
