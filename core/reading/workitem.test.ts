import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isUid } from "../dicom/uid.ts";
import { TASK_STATES } from "./task-moves.ts";
import { WORKITEM_STATES, workitemPlace, workitemState, workitemUid } from "./workitem.ts";

describe("the UID of a workitem", () => {
  it("is the task's UUID as one number under 2.25", () => {
    // 0x10 = 16
    const taskId = "00000000-0000-0000-0000-000000000010";
    expect(workitemUid({ taskId, number: 0 })).toBe("2.25.16");
    expect(workitemUid({ taskId, number: 3 })).toBe("2.25.16.3");
  });

  it("law: it leads back to its task, and is a UID", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 999_999_999 }), (taskId, number) => {
        const uid = workitemUid({ taskId, number });
        expect(isUid(uid)).toBe(true);
        expect(workitemPlace(uid)).toEqual({ taskId, number });
      }),
    );
  });

  // 2^128 = 340282366920938463463374607431768211456
  it.each(["1.2.3", "2.25", "2.25.01", "2.25.1.0", "2.25.1.2.3", "2.25.340282366920938463463374607431768211456", ""])(
    "%s is none",
    (uid) => {
      expect(workitemPlace(uid)).toBeNull();
    },
  );

  it("every state of a task is one of a workitem, and every one of these is reached", () => {
    expect(new Set(TASK_STATES.map(workitemState))).toEqual(new Set(WORKITEM_STATES));
  });
});
