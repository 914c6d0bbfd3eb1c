import { z } from "zod";
import { AUDIT_ACTIONS, REFUSED_REQUEST } from "../../audit/audit-actions.ts";
import { Instant, Page } from "./payload-parts.ts";

const AuditEvent = z.object({
  id: z.string(),
  at: Instant,
  actor: z.string(),
  action: z.string(),
  outcome: z.enum(["done", "refused"]),
  studyInstanceUid: z.string().nullable(),
  taskId: z.string().nullable(),
  sealed: z.boolean(),
});

export const AUDIT_EVENT_PAYLOADS = {
  listAuditEvents: {
    query: z.object({
      /** One of the audit's actions; `request` for all requests that were refused. */
      action: z.enum([...AUDIT_ACTIONS, REFUSED_REQUEST]).optional(),
      before: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      limit: Page.limit,
    }),
    answer: z.object({ events: z.array(AuditEvent) }),
  },
} as const;
