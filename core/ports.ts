import type { Readable } from "node:stream";
import type { DomainError } from "./errors.ts";

/** The time, as an argument, so that clocks can be tested. Milliseconds since the epoch. */
export type Clock = () => number;

/** Half-open range of bytes: `start` included, `end` excluded. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob under construction. Nothing of it exists for readers until `seal` has returned. */
export interface BlobWriter {
  readonly key: string;
  /** Once the promise resolves, which is the backpressure too, the chunk is the caller's again; at once when there is none. */
  write(chunk: Uint8Array): Promise<void> | null;
  /** After this the bytes survive a power cut. Rejects with `storage-full` or `storage-failed`. */
  seal(): Promise<void>;
  /** Throws away what was written. Safe to call twice, and after a failed write or seal. */
  discard(): Promise<void>;
  /** A row that names the blob is committed: takes the mark off. Nothing waits for it. */
  unmark(): void;
}

/**
 * Bytes by key. Not in the contract: overwriting, listing in any order. A key is made by the store.
 */
export interface BlobStore {
  /**
   * A marked blob is one that a row is to name. When a crash comes between its seal and its row, the next start finds the
   * mark and sweeps the blob. A store that keeps no marks leaves it to the sweep of old blobs without a row. An original
   * is told where it came from, for the day on which there is nothing but the objects.
   */
  create(options?: { readonly marked?: boolean; readonly origin?: BlobOrigin }): Promise<BlobWriter>;
  /** Rejects with `not-found` before the stream is given when there is no such blob. */
  open(key: string, range?: ByteRange): Promise<Readable>;
  /** The whole range in one buffer: for headers, frames, small objects. */
  read(key: string, range?: ByteRange): Promise<Buffer>;
  size(key: string): Promise<number>;
  /** No error when it is not there. */
  delete(key: string): Promise<void>;
  /** Every key, for `verify` and the sweep of what a crash left. */
  keys(): AsyncIterable<string>;
}

/** How an instance came in: decides the site it belongs to and stands in the audit line. */
export interface InstanceSource {
  readonly siteId: string;
  readonly via: "dimse" | "stow" | "hub";
  /** Calling AE title, or account name: who sent it. */
  readonly sender: string;
  readonly accountId?: string;
}

/** What an original's own bytes do not say of it. */
export type BlobOrigin = Pick<InstanceSource, "siteId" | "via" | "sender">;

/** What is known of an instance before its bytes: DIMSE says it in the command, a Part 10 file in its meta group. */
export interface InstanceClaim {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

export type StoreOutcome = {
  readonly outcome: "stored" | "already-stored";
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
};

/**
 * One instance coming in. Bytes are written as they arrive and never held whole. When `store` resolves, bytes and row
 * are durable; when it rejects (DomainError), nothing of the instance remains. `abort` is for a sender that went away.
 */
export interface IncomingInstance {
  /** Once the promise resolves, which is the backpressure too, the chunk is the caller's again; at once when there is none. */
  write(chunk: Uint8Array): Promise<void> | null;
  store(): Promise<StoreOutcome>;
  abort(): Promise<void>;
}

/** The one way into the archive, for DIMSE, STOW-RS and the hub's own documents. */
export interface InstanceReceiver {
  /** A bare data set (no Part 10 header), as C-STORE carries it: the header is made from the claim. */
  receiveDataSet(source: InstanceSource, claim: InstanceClaim): Promise<IncomingInstance>;
  /** A whole Part 10 file, kept as it is. */
  receivePart10(source: InstanceSource): Promise<IncomingInstance>;
  /** Told to the audit: something of a request was refused before the receiver saw it. Once a request is enough. */
  refused(source: InstanceSource, error: DomainError): Promise<void>;
  /** The association that brought these studies was released: they need not wait for the quiet time. */
  released(source: InstanceSource, studyInstanceUids: Iterable<string>): Promise<void>;
}
