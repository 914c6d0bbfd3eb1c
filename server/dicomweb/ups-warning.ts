import type { Response } from "express";
import { DomainError, type ErrorCode } from "../../core/errors.ts";

/** Faults that say that the workitem stands otherwise than the request takes it to. */
const INCONSISTENT: ReadonlySet<ErrorCode> = new Set([
  "task-claimed-by-other",
  "task-move-impossible",
  "report-not-signed",
  "workitem-ended",
]);
/** What PS3.18 §11.6.3.2 and §11.7.3.2 want said of it beside the status; they word it each in their own way. */
const WORDS = {
  update: "The submitted request is inconsistent with the current state of the Workitem.",
  other: "The submitted request is inconsistent with the state of the UPS Instance.",
} as const;

export function warn(response: Response, text: string): void {
  response.append("Warning", `299 tele-reading-hub: ${text}`);
}

/** Adds the header to the answer that the one translator of errors will give. */
export function warnOfFault(response: Response, error: unknown, transaction: keyof typeof WORDS): void {
  if (!(error instanceof DomainError)) return;
  if (error.detail.where === "TransactionUID") warn(response, "The Transaction UID is missing.");
  else if (error.code === "transaction-uid-wrong") warn(response, "The Transaction UID is incorrect.");
  else if (INCONSISTENT.has(error.code)) warn(response, WORDS[transaction]);
}

/** PS3.18 §11.4 and §11.6: what was left aside of what was sent; tags only. */
export function warnOfIgnored(response: Response, done: "created" | "updated", ignored: readonly string[]): void {
  if (ignored.length === 0) return;
  warn(response, `The Workitem was ${done} with modifications. Not kept: ${ignored.slice(0, 20).join(" ")}`);
}
