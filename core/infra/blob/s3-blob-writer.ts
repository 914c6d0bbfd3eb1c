import { createHash } from "node:crypto";
import type { BlobOrigin, BlobWriter } from "../../ports.ts";
import { newBlobKey } from "./blob-key.ts";
import type { S3Connection } from "./s3-connection.ts";
import { s3Fault, s3FaultCode } from "./s3-fault.ts";

/**
 * The least S3 takes as a part that is not the last, and so the least memory: a writer holds two parts at most, one being
 * gathered and one on its way. With S3's 10,000 parts a blob may have 48 GiB.
 */
const PART_BYTES = 5 * 1024 * 1024;
const FIRST_BYTES = 256 * 1024;

/**
 * A blob of up to one part is one PUT when it is sealed; a longer one is a multipart upload, which becomes an object only
 * when it is completed. The server checks what it gets against our SHA-256 or MD5, and we its answer against our own MD5.
 */
export function s3BlobWriter({ client, bucket, patiently }: S3Connection, origin?: BlobOrigin): BlobWriter {
  const key = newBlobKey(origin);
  let part = Buffer.alloc(0);
  let filled = 0;
  let spare = Buffer.alloc(0);
  let sending: Promise<void> = Promise.resolve();
  let sealing: Promise<void> | null = null;
  let isLong = false;
  let failure: unknown = null;
  let discarded = false;
  let uploadId: string | null = null;
  /** From then on there may be an object under the key. */
  let mayExist = false;
  const parts: { readonly part: number; readonly etag: string }[] = [];
  const partDigests: Buffer[] = [];

  const isWanted = () => !discarded;

  /** Makes room behind what is gathered: at least for one byte, at most to a whole part. */
  function makeRoom(wanted: number): void {
    if (filled + wanted <= part.length || part.length === PART_BYTES) return;
    const grown = isLong ? PART_BYTES : Math.min(PART_BYTES, Math.max(FIRST_BYTES, part.length * 2, filled + wanted));
    const longer = Buffer.allocUnsafeSlow(grown);
    part.copy(longer, 0, 0, filled);
    part = longer;
  }

  async function sendPart(): Promise<void> {
    await sending;
    if (failure) throw failure;
    const bytes = part.subarray(0, filled);
    const free = part;
    isLong = true;
    part = spare;
    filled = 0;
    sending = uploadPart(bytes)
      .catch((error) => {
        failure ??= error;
      })
      .then(() => {
        spare = free;
      });
  }

  async function uploadPart(bytes: Buffer): Promise<void> {
    uploadId ??= await patiently(() => client.initiateNewMultipartUpload(bucket, key, {}), isWanted);
    const md5 = createHash("md5").update(bytes).digest();
    const config = {
      bucketName: bucket,
      objectName: key,
      uploadID: encodeURIComponent(uploadId),
      partNumber: parts.length + 1,
      headers: { "Content-MD5": md5.toString("base64") },
    };
    const { etag } = await patiently(() => client.uploadPart(config, bytes), isWanted);
    parts.push({ part: config.partNumber, etag });
    partDigests.push(md5);
  }

  async function putWhole(): Promise<void> {
    if (filled === 0) throw new Error("nothing was written");
    const bytes = part.subarray(0, filled);
    mayExist = true;
    const { etag } = await patiently(
      () => client.putObject(bucket, key, bytes, bytes.length, { "Content-Type": "application/octet-stream" }),
      isWanted,
    );
    await assertSame(etag, createHash("md5").update(bytes).digest("hex"), bytes.length);
  }

  async function complete(upload: string): Promise<void> {
    const byteLength = parts.length * PART_BYTES + filled;
    await sendPart();
    await sending;
    if (failure) throw failure;
    mayExist = true;
    const etag = await patiently(async (attempt) => {
      try {
        return (await client.completeMultipartUpload(bucket, key, upload, parts)).etag;
      } catch (error) {
        // the answer to the attempt before may have been lost on its way here
        if (attempt > 1 && s3FaultCode(error) === "NoSuchUpload") return (await client.statObject(bucket, key)).etag;
        throw error;
      }
    }, isWanted);
    const expected = createHash("md5").update(Buffer.concat(partDigests)).digest("hex");
    await assertSame(etag, `${expected}-${parts.length}`, byteLength);
  }

  /** With a key of the server's own (SSE-KMS) an ETag is no MD5: then the server's check of what it got has to do. */
  async function assertSame(etag: string, expected: string, byteLength: number): Promise<void> {
    if (etag.toLowerCase() === expected) return;
    const { size, metaData } = await patiently(() => client.statObject(bucket, key), isWanted);
    if (metaData["x-amz-server-side-encryption"] && size === byteLength) return;
    throw new Error(`the server's checksum ${etag} is not ${expected}`);
  }

  async function sealIt(): Promise<void> {
    try {
      if (discarded) throw new Error("the writer is discarded");
      await sending;
      if (failure) throw failure;
      await (uploadId === null ? putWhole() : complete(uploadId));
    } catch (error) {
      failure ??= error;
      await removeTraces();
      throw s3Fault(error);
    } finally {
      part = spare = Buffer.alloc(0);
    }
  }

  /** What cannot be removed now, because the server is away, is left to the sweep of unfinished uploads and to `verify`. */
  async function removeTraces(): Promise<void> {
    const upload = uploadId;
    uploadId = null;
    // abortMultipartUpload puts the id into the address as it is
    if (upload !== null)
      await patiently(() => client.abortMultipartUpload(bucket, key, encodeURIComponent(upload))).catch(
        () => undefined,
      );
    if (mayExist) await patiently(() => client.removeObject(bucket, key)).catch(() => undefined);
    mayExist = false;
  }

  return {
    key,
    async write(chunk) {
      if (discarded || sealing) throw s3Fault(new Error("the writer is closed"));
      let taken = 0;
      while (taken < chunk.byteLength) {
        if (failure) throw s3Fault(failure);
        if (filled === PART_BYTES) await sendPart();
        makeRoom(chunk.byteLength - taken);
        const now = chunk.subarray(taken, taken + part.length - filled);
        part.set(now, filled);
        filled += now.byteLength;
        taken += now.byteLength;
      }
      if (failure) throw s3Fault(failure);
    },
    seal() {
      sealing ??= sealIt();
      return sealing;
    },
    async discard() {
      discarded = true;
      await sealing?.catch(() => undefined);
      await sending;
      part = spare = Buffer.alloc(0);
      await removeTraces();
    },
    // this store keeps no marks
    unmark: () => undefined,
  };
}
