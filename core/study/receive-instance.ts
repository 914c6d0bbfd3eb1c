import { createHash } from "node:crypto";
import { metaEnd } from "../dicom/meta-end.ts";
import { part10Header } from "../dicom/part10-header.ts";
import { HEADER_LIMIT_BYTES, type Part10Header, readPart10 } from "../dicom/read-part10.ts";
import { isUid } from "../dicom/uid.ts";
import { DomainError } from "../errors.ts";
import type {
  BlobStore,
  BlobWriter,
  IncomingInstance,
  InstanceClaim,
  InstanceReceiver,
  InstanceSource,
  StoreOutcome,
} from "../ports.ts";
import { assertDataSetWhole } from "./assert-data-set-whole.ts";
import { type IndexEntry, indexEntryOf } from "./index-entry.ts";

/** What the index is told beside the entry itself. */
export interface StoredBlob {
  readonly transferSyntaxUid: string;
  readonly blobKey: string;
  readonly byteLength: number;
  readonly dataSetOffset: number;
  readonly dataSetSha256: string;
  /** Of the data set followed by all before it: one pass gives both digests. */
  readonly blobSha256: string;
  readonly pixelDataOffset: number | null;
}

export type IndexOutcome = "stored" | "already-stored" | "instance-differs" | "study-of-another-site";

/** The index as the receive path needs it. */
export interface ArchiveIndex {
  /**
   * Resolves when the rows are committed. A DomainError means that they certainly are not, any other rejection that it is
   * not known.
   */
  add(source: InstanceSource, entry: IndexEntry, blob: StoredBlob): Promise<IndexOutcome>;
  released(source: InstanceSource, studyInstanceUids: readonly string[]): Promise<void>;
  refused(source: InstanceSource, error: DomainError): Promise<void>;
}

/** So much of an instance is kept in memory to read its header from; a longer header is read from the blob. */
const HEAD_BYTES = 128 * 1024;

export function instanceReceiver(blobs: BlobStore, index: ArchiveIndex): InstanceReceiver {
  return {
    receiveDataSet: async (source, claim) => {
      const header = part10Header({ ...claim, sourceAeTitle: source.sender });
      const incoming = incomingInstance(blobs, index, source, await blobs.create(), claim);
      await incoming.write(header);
      return incoming;
    },
    receivePart10: async (source) => incomingInstance(blobs, index, source, await blobs.create(), null),
    released: async (source, studyInstanceUids) => {
      const uids = [...studyInstanceUids];
      if (uids.length > 0) await index.released(source, uids);
    },
  };
}

function incomingInstance(
  blobs: BlobStore,
  index: ArchiveIndex,
  source: InstanceSource,
  writer: BlobWriter,
  claim: InstanceClaim | null,
): IncomingInstance {
  const hash = createHash("sha256");
  let head: Uint8Array[] = [];
  let headBytes = 0;
  let byteLength = 0;
  let dataSetOffset: number | null = null;
  /** What was wrong with the bytes so far: the rest need not be kept, and `store` says so. */
  let fault: DomainError | null = null;

  /** Everything before the data set is kept back and hashed last. */
  function take(chunk: Uint8Array): void {
    if (headBytes < HEAD_BYTES) {
      head.push(chunk);
      headBytes += chunk.byteLength;
    }
    if (dataSetOffset !== null) {
      hash.update(chunk);
    } else if (headBytes >= 144) {
      const bytes = joined();
      dataSetOffset = metaEnd(bytes);
      if (dataSetOffset !== null) hash.update(bytes.subarray(dataSetOffset));
      else if (headBytes >= HEAD_BYTES) throw new DomainError("dicom-unreadable");
    }
    byteLength += chunk.byteLength;
  }

  async function takeOrRefuse(chunk: Uint8Array): Promise<void> {
    try {
      take(chunk);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      fault = error;
      head = [];
      await writer.discard();
    }
  }

  function joined(): Uint8Array {
    if (head.length > 1) head = [Buffer.concat(head)];
    return head[0] ?? new Uint8Array();
  }

  async function readHeader(): Promise<{ readonly header: Part10Header; readonly head: Uint8Array }> {
    const bytes = joined();
    if (dataSetOffset === null) throw new DomainError(beginsAsPart10(bytes) ? "dicom-truncated" : "dicom-unreadable");
    const header = readPart10(bytes, bytes.length === byteLength);
    if (!header.cut) return { header, head: bytes };
    await writer.seal();
    const longer = await blobs.read(writer.key, { start: 0, end: Math.min(byteLength, HEADER_LIMIT_BYTES) });
    return { header: readPart10(longer, longer.length === byteLength), head: longer };
  }

  async function storeIt(): Promise<StoreOutcome> {
    if (fault) throw fault;
    const { header, head: readFrom } = await readHeader();
    await writer.seal();
    await assertDataSetWhole(blobs, writer.key, byteLength, header, readFrom);
    const entry = indexEntryOf(header.dataSet);
    assertClaimHolds(claim, entry);
    const dataSetSha256 = hash.copy().digest("hex");
    const blobSha256 = hash.update(joined().subarray(0, header.dataSetOffset)).digest("hex");
    const outcome = await addToIndex(entry, {
      transferSyntaxUid: header.transferSyntaxUid,
      blobKey: writer.key,
      byteLength,
      dataSetOffset: header.dataSetOffset,
      dataSetSha256,
      blobSha256,
      pixelDataOffset: header.pixelDataOffset,
    });
    if (outcome !== "stored" && outcome !== "already-stored") throw new DomainError(outcome);
    if (outcome === "already-stored") await writer.discard();
    const { sopInstanceUid, sopClassUid } = entry.instance;
    return {
      outcome,
      studyInstanceUid: entry.study.studyInstanceUid,
      seriesInstanceUid: entry.series.seriesInstanceUid,
      sopInstanceUid,
      sopClassUid,
    };
  }

  /**
   * When the index does not answer, the row may be there: the blob is left, and what has no row is found by `verify`.
   */
  async function addToIndex(entry: IndexEntry, blob: StoredBlob) {
    try {
      return await index.add(source, entry, blob);
    } catch (error) {
      throw error instanceof DomainError ? error : new IndexSilent(error);
    }
  }

  return {
    write: async (chunk) => {
      if (!fault) await takeOrRefuse(chunk);
      if (!fault) await writer.write(chunk);
    },
    store: async () => {
      try {
        return await storeIt();
      } catch (error) {
        if (error instanceof IndexSilent) throw new DomainError("storage-failed", {}, { cause: error.cause });
        await writer.discard();
        if (error instanceof DomainError) await index.refused(source, error).catch(() => undefined);
        throw error;
      }
    },
    abort: () => writer.discard(),
  };
}

class IndexSilent extends Error {
  constructor(cause: unknown) {
    super("the index did not answer", { cause });
    this.name = "IndexSilent";
  }
}

/** Nothing at all counts as cut off: a text file is not, it is something else. */
function beginsAsPart10(head: Uint8Array): boolean {
  return head.length === 0 || Buffer.from(head.subarray(128, 132)).toString("latin1") === "DICM";
}

/** The command of a C-STORE and the data set it carries must speak of the same instance (PS3.7 §9.1.1.1). */
function assertClaimHolds(claim: InstanceClaim | null, entry: IndexEntry): void {
  if (!claim) return;
  if (!isUid(claim.sopInstanceUid)) throw new DomainError("dicom-identifier-invalid", { attribute: "SOPInstanceUID" });
  if (claim.sopClassUid !== entry.instance.sopClassUid || claim.sopInstanceUid !== entry.instance.sopInstanceUid)
    throw new DomainError("sop-class-mismatch");
}
