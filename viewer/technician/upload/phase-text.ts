import { problemText } from "../../api/problem-text.ts";
import type { Text } from "../../i18n/use-text.ts";
import type { UploadSnapshot } from "./uploader.ts";

/** What the upload is doing, in a sentence. `now` in ms since the epoch. */
export function phaseText({ phase, totals, retryAt, problem }: UploadSnapshot, now: number, text: Text): string {
  const { counts } = totals;
  switch (phase) {
    case "idle":
      if (counts.lost > 0) return text("upload.phase-interrupted", { count: counts.lost });
      return counts.refused + counts.cancelled > 0
        ? text("upload.phase-done-refused", { count: counts.refused + counts.cancelled })
        : text("upload.phase-done");
    case "paused":
      return text("upload.phase-paused");
    case "signed-out":
      return text("upload.phase-signed-out");
    case "waiting": {
      const seconds = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000));
      return problem === null || problem.code === "unreachable"
        ? text("upload.phase-waiting", { seconds })
        : text("upload.phase-waiting-hub", { why: problemText(problem, text), seconds });
    }
    case "running":
      return text(counts.sending + counts.ready + counts.stored > 0 ? "upload.phase-running" : "upload.phase-looking");
  }
}
