import { expect, it } from "vitest";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import type { BlobStore } from "../../core/ports.ts";
import { enhancedCt } from "../../tests/support/enhanced-ct.ts";
import { frameDescriptions } from "./frame-descriptions.ts";

it("reads the header of an instance of 5 000 frames once, for however many of them", async () => {
  const { bytes, sopInstanceUid, seriesInstanceUid, studyInstanceUid } = enhancedCt({
    seed: "described once",
    frames: 5000,
    size: 2,
  });
  let reads = 0;
  const blobs: Pick<BlobStore, "read"> = {
    read: async (_key, range) => {
      reads += 1;
      return bytes.subarray(range?.start, range?.end);
    },
  };
  const instance: StoredInstance = {
    id: "1",
    seriesInstanceUid,
    sopInstanceUid,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2.1",
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    blobKey: "00/1",
    byteLength: bytes.length,
    pixelDataOffset: readPart10(bytes, true).pixelDataOffset,
  };
  const describe = frameDescriptions(blobs as BlobStore);
  const [first, second] = await Promise.all([
    describe(studyInstanceUid, instance),
    describe(studyInstanceUid, instance),
  ]);
  expect(first.frames).toHaveLength(5000);
  expect(first.frames[4999]?.geometry?.position).toEqual([-100, -100, 4999]);
  expect(second).toBe(first);
  expect(await describe(studyInstanceUid, instance)).toBe(first);
  expect(reads).toBe(1);
});
