import { S3Error } from "minio";
import { expect, test } from "vitest";
import { DomainError } from "../../errors.ts";
import { isPassing, s3Fault } from "./s3-fault.ts";
import { S3ServerStatus } from "./s3-transport.ts";

const answer = (code: string) => Object.assign(new S3Error("as the server said"), { code });
const system = (code: string) => Object.assign(new Error("as the system said"), { code });

test.each([
  [answer("NoSuchKey"), "not-found", false],
  [answer("NotFound"), "not-found", false], // HEAD has no body: the client takes it from the status
  [answer("NoSuchBucket"), "storage-failed", false], // the archive is not an empty one
  [answer("QuotaExceeded"), "storage-full", false], // Ceph
  [answer("XMinioAdminBucketQuotaExceeded"), "storage-full", false],
  [answer("EntityTooLarge"), "storage-full", false], // OpenStack Swift
  [new S3ServerStatus(507), "storage-full", false],
  [new S3ServerStatus(501), "storage-failed", false],
  [new S3ServerStatus(503), "storage-failed", true],
  [answer("SignatureDoesNotMatch"), "storage-failed", false],
  [answer("AccessDenied"), "storage-failed", false],
  [answer("RequestTimeout"), "storage-failed", true],
  [answer("BadDigest"), "storage-failed", true], // bytes damaged on their way
  [{ Code: "InternalError", Message: "in a 200 answer" }, "storage-failed", true],
  [system("ECONNREFUSED"), "storage-failed", true],
  [system("ECONNRESET"), "storage-failed", true],
  [system("ETIMEDOUT"), "storage-failed", true],
  [system("ENOTFOUND"), "storage-failed", false], // a name that is written wrong stays wrong
  [new TypeError("a mistake of ours"), "storage-failed", false],
  ["not even an error", "storage-failed", false],
] as const)("%o is %s, worth another attempt: %s", (error, code, passing) => {
  expect(s3Fault(error).code).toBe(code);
  expect(isPassing(error)).toBe(passing);
});

test("a fault that is already the domain's stays itself", () => {
  const fault = new DomainError("storage-full");
  expect(s3Fault(fault)).toBe(fault);
});
