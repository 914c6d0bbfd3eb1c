import { z } from "zod";
import { Instant, SiteRef, Text } from "./payload-parts.ts";

/** A registered AE title that the hub calls. */
const Destination = z.object({
  title: z.string(),
  site: SiteRef,
  host: z.string(),
  port: z.number(),
  isTls: z.boolean(),
  /** Associations of the hub with it at the same time. */
  maxOutgoing: z.number(),
  /** held: an administrator wants nothing to go there · backing-off: it did not answer and is left alone for a while */
  state: z.enum(["running", "held", "backing-off"]),
  hold: z.object({ reason: z.string(), until: Instant.nullable(), heldAt: Instant, heldBy: z.string() }).nullable(),
  backOff: z.object({ failures: z.number(), until: Instant }).nullable(),
  /** Transfers that are to be made, and that were given up. */
  queued: z.number(),
  failed: z.number(),
  /** Transfers that came to their end within 24 hours. */
  doneLastDay: z.number(),
  /** Of the transfer that failed last and is not done yet. */
  lastFailure: z.object({ failure: z.string(), at: Instant }).nullable(),
});

export const byTitle = z.object({ title: Text(16) });

export const DESTINATION_PAYLOADS = {
  listDestinations: { answer: z.object({ destinations: z.array(Destination) }) },
  changeDestination: {
    params: byTitle,
    body: z.object({ maxOutgoing: z.number().int().min(1).max(100) }),
    answer: Destination,
  },
  holdDestination: {
    params: byTitle,
    /** Without an end until it is resumed. */
    body: z.object({ reason: z.string().trim().min(1).max(500), until: Instant.nullable() }),
    answer: Destination,
  },
  resumeDestination: { params: byTitle, answer: Destination },
} as const;
