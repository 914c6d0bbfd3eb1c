import { z } from "zod";
import { TASK_STATES } from "../../reading/task-moves.ts";
import { AccountRef, Instant, SiteRef, Urgency } from "./payload-parts.ts";

const TaskState = z.enum(TASK_STATES);

export const TaskSummary = z.object({
  id: z.string(),
  state: TaskState,
  version: z.number(),
  urgency: Urgency,
  modality: z.string(),
  site: SiteRef,
  centre: SiteRef,
  clinicalHistory: z.string(),
  question: z.string(),
  requestedAt: Instant,
  requestedBy: AccountRef.nullable(),
  dueAt: Instant,
  reader: AccountRef.nullable(),
  countersigner: AccountRef.nullable(),
  claimedAt: Instant.nullable(),
  submittedAt: Instant.nullable(),
  returnedReason: z.string().nullable(),
  finalAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;
