import { DomainError, type ErrorCode } from "../../errors.ts";
import { S3ServerStatus } from "./s3-transport.ts";

/**
 * Ceph, MinIO, AWS Outposts, OpenStack Swift, in this order. Swift's `EntityTooLarge` can mean nothing else: no part of
 * ours comes near the 5 GiB at which S3 says it.
 */
const FULL = new Set([
  "QuotaExceeded",
  "XMinioStorageFull",
  "XMinioAdminBucketQuotaExceeded",
  "InsufficientStorageCapacity",
  "EntityTooLarge",
]);

const MISSING = new Set(["NoSuchKey", "NotFound"]);

/** Worth another attempt: the line or the server was disturbed, or the bytes were on their way. */
const PASSING = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "RequestTimeout",
  "SlowDown",
  "InternalError",
  "ServiceUnavailable",
  "OperationAborted",
  "IncompleteBody",
  "BadDigest",
  "XAmzContentSHA256Mismatch",
]);

const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** Of a system error or an S3 answer. An error inside a 200 answer is thrown by the client as its bare XML element. */
export function s3FaultCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("Code" in error && typeof error.Code === "string") return error.Code;
  return "";
}

export function isPassing(error: unknown): boolean {
  return error instanceof S3ServerStatus ? PASSING_STATUS.has(error.status) : PASSING.has(s3FaultCode(error));
}

export function s3Fault(error: unknown): DomainError {
  return error instanceof DomainError ? error : new DomainError(domainCode(error), {}, { cause: error });
}

function domainCode(error: unknown): ErrorCode {
  // RFC 4918 §11.5, 507 Insufficient Storage
  if (error instanceof S3ServerStatus) return error.status === 507 ? "storage-full" : "storage-failed";
  const code = s3FaultCode(error);
  if (MISSING.has(code)) return "not-found";
  return FULL.has(code) ? "storage-full" : "storage-failed";
}
