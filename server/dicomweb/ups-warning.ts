import type { Response } from "express";
import { DomainError, type ErrorCode } from "../../core/errors.ts";

/** What PS3.18 §11 wants said in a Warning header beside the status, by the hub's own faults. */
const FAULTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  "transaction-uid-wrong": "The Transaction UID is incorrect.",
  "task-claimed-by-other": "The submitted request is inconsistent with the current state of the UPS Instance.",
  "task-move-impossible": "The submitted request is inconsistent with the current state of the UPS Instance.",
  "report-not-signed": "The submitted request is inconsistent with the current state of the UPS Instance.",
};

export function warn(response: Response, text: string): void {
  response.append("Warning", `299 tele-reading-hub: ${text}`);
}

/** Adds the header to the answer that the one translator of errors will give. */
export function warnOfFault(response: Response, error: unknown): void {
  if (!(error instanceof DomainError)) return;
  const text = error.detail.where === "TransactionUID" ? "The Transaction UID is missing." : FAULTS[error.code];
  if (text) warn(response, text);
}

/** PS3.18 §11.4 and §11.6: what was left aside of what was sent; tags only. */
export function warnOfIgnored(response: Response, done: "created" | "updated", ignored: readonly string[]): void {
  if (ignored.length === 0) return;
  warn(response, `The Workitem was ${done} with modifications. Not kept: ${ignored.slice(0, 20).join(" ")}`);
}
