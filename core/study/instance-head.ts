import { createHash } from "node:crypto";
import { metaEnd } from "../dicom/meta-end.ts";
import { type Part10Header, readPart10 } from "../dicom/read-part10.ts";
import { DomainError } from "../errors.ts";
import { type IndexEntry, indexEntryOf } from "./index-entry.ts";

/** So much of an instance is kept in memory to read its header from; a longer header is read from the blob. */
const HEAD_BYTES = 128 * 1024;
/** Most headers end within this, and are read while the pixel data still arrive. */
const EARLY_BYTES = 16 * 1024;
/** Preamble, magic and the least meta group: fewer bytes tell nothing. */
const LEAST_BYTES = 144;

export interface InstanceHeader {
  readonly header: Part10Header;
  /** Null when it was not yet asked for. */
  readonly entry: IndexEntry | null;
  /** What the header was read from. */
  readonly bytes: Uint8Array;
}

/** The head of an instance that arrives in chunks: its header, and the digests of all that came. */
export interface InstanceHead {
  readonly byteLength: number;
  /** Everything before the data set is kept back and hashed last. Throws `dicom-unreadable` for what is no Part 10 file. */
  take(chunk: Uint8Array): void;
  /** Nothing more comes. Throws `dicom-truncated` or `dicom-unreadable` when not even the meta group is there. */
  end(): void;
  /** After the end. The header may be cut: then it is longer than the head. */
  header(): InstanceHeader;
  /** After the end, once: of the data set, and of the data set followed by all before it. */
  digests(): { readonly dataSetSha256: string; readonly blobSha256: string };
}

export function instanceHead(): InstanceHead {
  const hash = createHash("sha256");
  let kept = Buffer.allocUnsafe(EARLY_BYTES);
  let keptBytes = 0;
  let byteLength = 0;
  let dataSetOffset: number | null = null;
  let found: InstanceHeader | null = null;
  let tryAt = EARLY_BYTES;

  /** Copied: the chunk is the caller's again. */
  function keep(chunk: Uint8Array): void {
    const needed = Math.min(HEAD_BYTES, keptBytes + chunk.byteLength);
    if (needed > kept.length) {
      const longer = Buffer.allocUnsafe(Math.min(HEAD_BYTES, Math.max(needed, 2 * kept.length)));
      kept.copy(longer, 0, 0, keptBytes);
      kept = longer;
    }
    kept.set(chunk.subarray(0, needed - keptBytes), keptBytes);
    keptBytes = needed;
  }

  const head = () => kept.subarray(0, keptBytes);

  /** Too early is no fault, and a fault is found again at the end. */
  function readEarly(): void {
    tryAt = HEAD_BYTES;
    try {
      const bytes = head();
      const header = readPart10(bytes, false);
      if (!header.cut) found = { header, entry: indexEntryOf(header.dataSet), bytes };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  return {
    get byteLength() {
      return byteLength;
    },

    take(chunk) {
      byteLength += chunk.byteLength;
      const before = byteLength - chunk.byteLength;
      if (keptBytes < HEAD_BYTES && !found) keep(chunk);
      if (dataSetOffset !== null) {
        hash.update(chunk);
      } else if (keptBytes >= LEAST_BYTES) {
        dataSetOffset = metaEnd(head());
        if (dataSetOffset !== null) {
          // the meta group may end in an earlier chunk than it could be seen to
          if (dataSetOffset < before) hash.update(head().subarray(dataSetOffset, before));
          hash.update(chunk.subarray(Math.max(0, dataSetOffset - before)));
        } else if (keptBytes >= HEAD_BYTES) throw new DomainError("dicom-unreadable");
      }
      if (!found && dataSetOffset !== null && keptBytes >= tryAt) readEarly();
    },

    end() {
      if (dataSetOffset === null)
        throw new DomainError(beginsAsPart10(head()) ? "dicom-truncated" : "dicom-unreadable");
    },

    header() {
      const bytes = head();
      return found ?? { header: readPart10(bytes, keptBytes === byteLength), entry: null, bytes };
    },

    digests() {
      const dataSetSha256 = hash.copy().digest("hex");
      const blobSha256 = hash.update(head().subarray(0, dataSetOffset ?? 0)).digest("hex");
      return { dataSetSha256, blobSha256 };
    },
  };
}

/** Nothing at all counts as cut off: a text file is not, it is something else. */
function beginsAsPart10(head: Buffer): boolean {
  return head.length === 0 || head.toString("latin1", 128, 132) === "DICM";
}
