import { createHash } from "node:crypto";
import { DomainError } from "../errors.ts";
import type { WrittenText } from "../reading/reading-transaction.ts";

/** Throws `report-empty` unless findings and impression both say something. */
export function assertWritten(text: WrittenText): void {
  if (text.findings.trim() === "" || text.impression.trim() === "") throw new DomainError("report-empty");
}

/** SHA-256 over findings and impression, told apart by a NUL that text cannot hold. What is signed is what is shown. */
export function contentSha256(text: WrittenText): Buffer {
  return createHash("sha256").update(text.findings, "utf8").update("\0").update(text.impression, "utf8").digest();
}
