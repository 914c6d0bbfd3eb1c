import { z } from "zod";

/** What open pages are told: that something changed, never what. They re-read it under their own rights. */
export const LiveChange = z.object({
  topic: z.enum(["study", "task", "report", "notice", "draft", "order", "mark"]),
  /** The sites whose people may be interested. */
  siteIds: z.array(z.string()),
  studyInstanceUid: z.string().optional(),
  taskId: z.string().optional(),
});
export type LiveChange = z.infer<typeof LiveChange>;
