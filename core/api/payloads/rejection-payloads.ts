import { z } from "zod";
import { byStudy, Instant, nothing, Uid } from "./payload-parts.ts";
import { RejectionReason } from "./rejected-since.ts";

export const Rejection = z.object({
  id: z.string(),
  reason: RejectionReason,
  rejectedAt: Instant,
  /** Account name or AE title. */
  rejectedBy: z.string(),
  /** Of those it names, how many are stored. */
  instanceCount: z.number(),
  undoneAt: Instant.nullable(),
  mayUndo: z.boolean(),
});

export const REJECTION_PAYLOADS = {
  rejectInstances: {
    params: byStudy,
    body: z.object({
      reason: z.enum(["quality", "safety", "worklist"]),
      /** Nothing named: the whole study. */
      seriesInstanceUids: z.array(Uid).max(1000),
      sopInstanceUids: z.array(Uid).max(5000),
    }),
    answer: z.object({ rejected: z.number() }),
  },
  undoRejection: { params: byStudy.extend({ rejectionId: z.uuid() }), answer: nothing },
} as const;
