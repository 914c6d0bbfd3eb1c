import { z } from "zod";
import { AccountRef, Instant, Text } from "./payload-parts.ts";

export const ReportVersion = z.object({
  version: z.number(),
  status: z.enum(["preliminary", "final", "amended"]),
  findings: z.string(),
  impression: z.string(),
  author: AccountRef,
  writtenAt: Instant,
  countersigner: AccountRef.nullable(),
  signedAt: Instant.nullable(),
});
export type ReportVersion = z.infer<typeof ReportVersion>;

export const WrittenReport = z.object({ findings: Text(20_000), impression: Text(10_000) });
