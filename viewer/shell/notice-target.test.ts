import { expect, test } from "vitest";
import type { Role } from "../../core/access/policy.ts";
import { noticeTarget } from "./notice-target.ts";

const session = (...roles: readonly Role[]) => ({ roles: roles.map((role) => ({ role, site: null })) });
const notice = (kind: string) => ({
  kind,
  taskId: "t1",
  study: { studyInstanceUid: "1.2.3", patientName: "", description: "", modality: "CT" },
});

test("a final report opens for the GP as a report, for the technician on the board", () => {
  expect(noticeTarget(notice("report-final"), session("gp", "technician"))).toBe("/gp/reports/t1");
  expect(noticeTarget(notice("report-final"), session("technician"))).toBe("/technician?study=1.2.3");
});

test("a returned report and new images open the reading page", () => {
  expect(noticeTarget(notice("report-returned"), session("reader"))).toBe("/reading/1.2.3");
  expect(noticeTarget(notice("task-new-images"), session("reader"))).toBe("/reading/1.2.3");
});
