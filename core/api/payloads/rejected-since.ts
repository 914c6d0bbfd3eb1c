import { z } from "zod";
import { Instant } from "./payload-parts.ts";

export const RejectionReason = z.enum(["quality", "safety", "worklist", "expired"]);

/** Images were rejected after the report was signed; null: none, or there is no signed one. */
export const RejectedSince = z.object({ at: Instant, reason: RejectionReason }).nullable();
