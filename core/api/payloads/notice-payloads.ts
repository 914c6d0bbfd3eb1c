import { z } from "zod";
import { Instant, nothing, Uid } from "./payload-parts.ts";

const Notice = z.object({
  id: z.string(),
  kind: z.string(),
  taskId: z.string(),
  createdAt: Instant,
  seen: z.boolean(),
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), description: z.string(), modality: z.string() }),
});

export const NOTICE_PAYLOADS = {
  listNotices: { answer: z.object({ notices: z.array(Notice), unseen: z.number() }) },
  markNoticeSeen: { params: z.object({ noticeId: z.string().regex(/^\d{1,18}$/) }), answer: nothing },
} as const;
