import { z } from "zod";
import { AeTitle, nothing, Text } from "./payload-parts.ts";

const ApplicationEntity = z.object({
  title: z.string(),
  siteId: z.string(),
  host: z.string().nullable(),
  port: z.number().nullable(),
});

export const APPLICATION_ENTITY_PAYLOADS = {
  listApplicationEntities: { answer: z.object({ applicationEntities: z.array(ApplicationEntity) }) },
  saveApplicationEntity: {
    params: z.object({
      title: AeTitle,
    }),
    body: z.object({
      siteId: z.string(),
      host: Text(255).nullable(),
      port: z.number().int().min(1).max(65_535).nullable(),
    }),
    answer: ApplicationEntity,
  },
  deleteApplicationEntity: { params: z.object({ title: Text(16) }), answer: nothing },
  echoApplicationEntity: {
    params: z.object({ title: AeTitle }),
    answer: z.object({
      ok: z.boolean(),
      milliseconds: z.number().nullable(),
      failure: z.enum(["unreachable", "rejected", "aborted", "lost", "silent", "protocol"]).nullable(),
      /** The failure, and what the network or the peer says of it. */
      reason: z.string().nullable(),
    }),
  },
} as const;
