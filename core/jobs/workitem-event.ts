import { z } from "zod";

/**
 * What happened to a workitem, for those who subscribed to it (PS3.4 §CC.2.4); told beside the changes for open pages. It
 * carries ids and states: the rest is read again for each subscriber under his own rights.
 */
export const WorkitemEvent = z.object({
  topic: z.literal("workitem"),
  taskId: z.uuid(),
  /** Which workitem of the task. */
  number: z.int(),
  event: z.enum(["state", "assigned", "progress", "cancel-requested"]),
  state: z.enum(["SCHEDULED", "IN PROGRESS", "COMPLETED", "CANCELED"]),
  /** Set: for this subscription alone, which has just been made. */
  subscriptionId: z.uuid().optional(),
});
export type WorkitemEvent = z.infer<typeof WorkitemEvent>;
