import type { StudySummary } from "../../core/api/payloads/study-summary.ts";

/** What a technician can do about the reading of a study now. */
export type RequestStage = "receiving" | "askable" | "changeable" | "with-reader" | "reported";

export function requestStage(study: Pick<StudySummary, "state" | "task">): RequestStage {
  const state = study.task?.state;
  if (state === undefined || state === "withdrawn") return study.state === "receiving" ? "receiving" : "askable";
  if (state === "ordered" || state === "ready") return "changeable";
  if (state === "claimed" || state === "preliminary") return "with-reader";
  return "reported";
}
