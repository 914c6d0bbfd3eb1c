import type { Session } from "../../core/api/payloads/session-payloads.ts";
import type { Answer } from "../../core/api/payloads.ts";
import type { TextKey } from "../i18n/catalogue.ts";

export type Notice = Answer<"listNotices">["notices"][number];

/** The page that shows what a notice is about, by who is told: the GP reads the report, the doctor goes to the images. */
export function noticeTarget(
  notice: Pick<Notice, "kind" | "taskId" | "study">,
  session: Pick<Session, "roles">,
): string {
  const has = (...roles: readonly string[]) => session.roles.some(({ role }) => roles.includes(role));
  const uid = encodeURIComponent(notice.study.studyInstanceUid);
  if (notice.kind === "report-final" || notice.kind === "report-images-rejected") {
    if (has("gp")) return `/gp/reports/${encodeURIComponent(notice.taskId)}`;
    if (has("technician")) return `/technician?study=${uid}`;
  }
  return `/reading/${uid}`;
}

const LABELS: Readonly<Record<string, TextKey>> = {
  "report-final": "notice.report-final",
  "report-returned": "notice.report-returned",
  "task-new-images": "notice.task-new-images",
  "report-images-rejected": "notice.report-images-rejected",
  "task-images-rejected": "notice.task-images-rejected",
};

export function noticeLabel(kind: string): TextKey {
  return LABELS[kind] ?? "notice.other";
}
