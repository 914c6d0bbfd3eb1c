import { z } from "zod";

export const SYSTEM_STATUS_PAYLOADS = {
  getSystemStatus: {
    answer: z.object({
      studies: z.number(),
      instances: z.number(),
      bytes: z.number(),
      tasks: z.record(z.string(), z.number()),
      outboxWaiting: z.number(),
      outboxFailed: z.number(),
      auditUnsealed: z.number(),
    }),
  },
} as const;
