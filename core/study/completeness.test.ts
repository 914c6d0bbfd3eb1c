import { describe, expect, it } from "vitest";
import { completeAt } from "./completeness.ts";

describe("completeAt", () => {
  it("waits the site's quiet time after the last instance", () => {
    expect(completeAt({ lastReceivedAt: 10_000, releasedAt: null, quietSeconds: 5 })).toBe(15_000); // 10 s + 5 s
  });
  it("waits one second after the association was released, but never longer than the quiet time", () => {
    expect(completeAt({ lastReceivedAt: 10_000, releasedAt: 10_200, quietSeconds: 60 })).toBe(11_200);
    expect(completeAt({ lastReceivedAt: 10_000, releasedAt: 14_900, quietSeconds: 5 })).toBe(15_000);
  });
  it("does not count a release before the last instance", () => {
    expect(completeAt({ lastReceivedAt: 10_000, releasedAt: 9_000, quietSeconds: 5 })).toBe(15_000);
  });
});
