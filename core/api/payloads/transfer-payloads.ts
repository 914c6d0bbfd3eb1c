import { z } from "zod";
import { byTitle } from "./destination-payloads.ts";
import { Instant, Page, SiteRef, Text, Uid } from "./payload-parts.ts";

/** Work with a peer for one study: it is sent on to the peer, or its patient's earlier ones are fetched from it. */
const Transfer = z.object({
  id: z.string(),
  /** Newest is highest: where the next page begins. */
  number: z.string(),
  kind: z.enum(["forward", "priors"]),
  /** The peer's AE title. */
  peer: z.string(),
  site: SiteRef,
  /** Sent on, or read while its priors are fetched. */
  studyInstanceUid: Uid,
  /** waiting: until now, or until `nextAt` · given-up: it will not be tried again by itself */
  state: z.enum(["waiting", "given-up", "done"]),
  /** Since it was last asked for; waiting for a place is none. */
  attempts: z.number(),
  /** Of the last attempt that failed; null once one has not. */
  failure: z.string().nullable(),
  /** That were sent, or came. */
  instances: z.number(),
  /** Of a study that is sent on: how many it has. */
  ofInstances: z.number().nullable(),
  /** Instances that the peer will not take; studies that are not surely the patient's and were left there. */
  refused: z.number(),
  createdAt: Instant,
  changedAt: Instant,
  nextAt: Instant.nullable(),
});

export const TRANSFER_PAYLOADS = {
  listTransfers: {
    query: z.object({
      state: z.enum(["waiting", "given-up", "done"]).optional(),
      peer: Text(16).optional(),
      before: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      limit: Page.limit,
    }),
    answer: z.object({ transfers: z.array(Transfer) }),
  },
  retryTransfer: { params: z.object({ transferId: z.uuid() }), answer: Transfer },
  abandonTransfer: { params: z.object({ transferId: z.uuid() }), answer: Transfer },
  retryTransfers: { params: byTitle, answer: z.object({ retried: z.number() }) },
} as const;
