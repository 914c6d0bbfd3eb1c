import { part10Header } from "../dicom/part10-header.ts";
import { STORAGE_SOP_CLASSES } from "../dicom/storage-sop-classes.ts";
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
import { describeInstance, type StoredBlob } from "./describe-instance.ts";
import type { IndexEntry } from "./index-entry.ts";
import { instanceHead } from "./instance-head.ts";

export type IndexOutcome =
  | "stored"
  | "already-stored"
  | "instance-differs"
  | "instance-rejected"
  | "study-of-another-site";

/** The index as the receive path needs it. */
export interface ArchiveIndex {
  /**
   * Resolves when the rows are committed, which they are only once `sealed` has resolved; when it rejects, so does this,
   * with the same error. A DomainError means that the rows certainly are not committed, any other rejection that it is not
   * known.
   */
  add(source: InstanceSource, entry: IndexEntry, blob: StoredBlob, sealed: Promise<void>): Promise<IndexOutcome>;
  released(source: InstanceSource, studyInstanceUids: readonly string[]): Promise<void>;
  refused(source: InstanceSource, error: DomainError): Promise<void>;
}

export function instanceReceiver(blobs: BlobStore, index: ArchiveIndex): InstanceReceiver {
  return {
    receiveDataSet: async (source, claim) => {
      const header = part10Header({ ...claim, sourceAeTitle: source.sender });
      const incoming = incomingInstance(
        blobs,
        index,
        source,
        await blobs.create({ marked: true, origin: source }),
        claim,
      );
      await incoming.write(header);
      return incoming;
    },
    receivePart10: async (source) =>
      incomingInstance(blobs, index, source, await blobs.create({ marked: true, origin: source }), null),
    refused: (source, error) => index.refused(source, error),
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
  const head = instanceHead();
  /** What was wrong with the bytes so far: the rest need not be kept, and `store` says so. */
  let fault: DomainError | null = null;

  function write(chunk: Uint8Array): Promise<void> | null {
    if (fault) return null;
    try {
      head.take(chunk);
    } catch (error) {
      if (!(error instanceof DomainError)) return Promise.reject(error);
      fault = error;
      return writer.discard();
    }
    return writer.write(chunk);
  }

  /** The rows are written while the bytes go to the disk, and committed once they are there. */
  async function storeIt(sealed: Promise<void>): Promise<StoreOutcome> {
    const { entry, blob } = await describeInstance(readable(blobs, sealed), writer.key, head);
    assertClaimHolds(claim, entry);
    // as of the presentation contexts of C-STORE, whichever way it came
    if (!STORAGE_SOP_CLASSES.has(entry.instance.sopClassUid)) throw new DomainError("sop-class-unsupported");
    const outcome = await addToIndex(entry, blob, sealed);
    if (outcome !== "stored" && outcome !== "already-stored") throw new DomainError(outcome);
    if (outcome === "already-stored") await writer.discard();
    else writer.unmark();
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
  async function addToIndex(entry: IndexEntry, blob: StoredBlob, sealed: Promise<void>) {
    try {
      return await index.add(source, entry, blob, sealed);
    } catch (error) {
      throw error instanceof DomainError ? error : new IndexSilent(error);
    }
  }

  return {
    write,
    store: async () => {
      try {
        if (fault) throw fault;
        head.end();
        const sealed = writer.seal();
        sealed.catch(() => undefined); // whoever waits for it hears of it
        return await storeIt(sealed);
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

function readable(blobs: BlobStore, sealed: Promise<void>): Pick<BlobStore, "open" | "read"> {
  return {
    open: async (key, range) => {
      await sealed;
      return blobs.open(key, range);
    },
    read: async (key, range) => {
      await sealed;
      return blobs.read(key, range);
    },
  };
}

class IndexSilent extends Error {
  constructor(cause: unknown) {
    super("the index did not answer", { cause });
    this.name = "IndexSilent";
  }
}

/** The command of a C-STORE and the data set it carries must speak of the same instance (PS3.7 §9.1.1.1). */
function assertClaimHolds(claim: InstanceClaim | null, entry: IndexEntry): void {
  if (!claim) return;
  if (!isUid(claim.sopInstanceUid)) throw new DomainError("dicom-identifier-invalid", { attribute: "SOPInstanceUID" });
  if (claim.sopClassUid !== entry.instance.sopClassUid || claim.sopInstanceUid !== entry.instance.sopInstanceUid)
    throw new DomainError("sop-class-mismatch");
}
