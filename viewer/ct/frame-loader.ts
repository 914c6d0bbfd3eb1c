import type { DecodedFrame, DecodeRequest, PaletteTable } from "../../core/decode/decoded-frame.ts";
import { paletteTable } from "../../core/image/palette-table.ts";
import type { Frame } from "../../core/image/study-model.ts";
import type { StudySource } from "./dicomweb-source.ts";
import type { FrameImage } from "./frame-image.ts";
import type { FrameStore } from "./frame-store.ts";
import { LoadFault, mayPass } from "./load-fault.ts";
import { MOST_TRIES, retryAfterMs } from "./retry-after.ts";

export interface FrameLoaderParts {
  readonly source: StudySource;
  readonly store: FrameStore;
  readonly decode: (request: DecodeRequest) => Promise<DecodedFrame>;
  /** Frames in the order they are wanted now, first those a reader is looking at (`urgent` of them). */
  readonly wanted: () => { readonly frames: readonly Frame[]; readonly urgent: number };
  readonly makeImage: (frame: Frame, decoded: DecodedFrame, transferSyntaxUid: string) => FrameImage;
  /** A frame came in, before the store's listeners hear of it. */
  readonly loaded: (image: FrameImage) => void;
}

/** Requests in flight, and frames fetched but not yet decoded. What a reader looks at may go two beyond. */
const FETCHES = 6;
const IN_HAND = 14;
const URGENT_MORE = 2;

/**
 * Fetches and decodes frames in the order they are wanted, six at a time; the order is asked anew whenever a place gets
 * free, so it follows the reader. A broken connection or a server error is tried again after a growing pause, then told;
 * meanwhile only what a reader looks at is asked for, so that a server in trouble is left alone.
 */
export class FrameLoader {
  readonly #parts: FrameLoaderParts;
  readonly #leaving = new AbortController();
  readonly #inHand = new Set<string>();
  readonly #pausing = new Set<string>();
  readonly #tries = new Map<string, number>();
  readonly #palettes = new Map<string, Promise<PaletteTable>>();
  #fetching = 0;
  /** The order that was asked for last, and how many frames at its beginning are held: what is wanted is not dropped. */
  #ordered: readonly Frame[] = [];
  #held = 0;
  /** Failures since the last frame that came in, and until when the background rests. */
  #failures = 0;
  #resting = false;
  /** The first image gets the whole line to itself; the rest begin once it is there, or lost. */
  #begun = false;

  constructor(parts: FrameLoaderParts) {
    this.#parts = parts;
  }

  /** Fills the free places. To be called when what is wanted has changed. */
  pump(): void {
    if (this.#leaving.signal.aborted) return;
    const { frames, urgent } = this.#parts.wanted();
    for (let rank = this.#skipHeld(frames); rank < frames.length; rank++) {
      const frame = frames[rank] as Frame;
      const more = rank < urgent ? URGENT_MORE : 0;
      if (rank >= urgent && (this.#resting || (urgent > 0 && !this.#begun))) return;
      if (this.#fetching >= FETCHES + more || this.#inHand.size >= IN_HAND + more) return;
      const key = frame.key;
      if (this.#inHand.has(key) || this.#pausing.has(key) || this.#parts.store.get(key) || this.#parts.store.fault(key))
        continue;
      void this.#load(frame, key);
    }
  }

  /**
   * Where the first frame is that is not held. Of the same order it is not looked for from the beginning again: of thousands
   * of frames that would be as many looks for each that comes in.
   */
  #skipHeld(frames: readonly Frame[]): number {
    if (frames !== this.#ordered) [this.#ordered, this.#held] = [frames, 0];
    const { store } = this.#parts;
    for (let frame = frames[this.#held]; frame && store.get(frame.key); frame = frames[this.#held]) this.#held++;
    return this.#held;
  }

  /** Asks again for this frame, and for all others that failed for a reason which may have passed. */
  retry(frame: Frame): void {
    const { store } = this.#parts;
    this.#tries.clear();
    this.#failures = 0;
    for (const key of store.faultKeys()) {
      const fault = store.fault(key);
      if (key === frame.key || (fault && mayPass(fault.code))) store.forgive(key);
    }
    this.pump();
  }

  /** Ends every request. The loader is of no more use. */
  close(): void {
    this.#leaving.abort();
  }

  async #load(frame: Frame, key: string): Promise<void> {
    const { store, source, decode, makeImage, loaded, wanted } = this.#parts;
    this.#inHand.add(key);
    try {
      this.#fetching++;
      const [encoded, palette] = await Promise.all([
        source.frame(frame, this.#leaving.signal),
        frame.palette ? this.#palette(frame) : undefined,
      ]).finally(() => {
        this.#fetching--;
        queueMicrotask(() => this.pump());
      });
      const request = {
        bytes: ownBytes(encoded.bytes),
        transferSyntaxUid: encoded.transferSyntaxUid,
        format: frame.format,
      };
      const decoded = await decode(palette ? { ...request, palette } : request).catch((fault: unknown) => {
        throw asLoadFault(fault);
      });
      if (this.#leaving.signal.aborted) return;
      this.#tries.delete(key);
      this.#failures = 0;
      const image = makeImage(frame, decoded, encoded.transferSyntaxUid);
      loaded(image);
      store.put(key, image, () => new Set(wanted().frames.map((other) => other.key)));
    } catch (fault) {
      if (!this.#leaving.signal.aborted) this.#failed(key, fault);
    } finally {
      this.#begun = true;
      this.#inHand.delete(key);
      this.pump();
    }
  }

  #failed(key: string, fault: unknown): void {
    const known =
      fault instanceof LoadFault ? fault : new LoadFault("server", fault instanceof Error ? fault.message : "");
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.set(key, tries);
    if (!known.retriable || tries >= MOST_TRIES) {
      this.#parts.store.fail(key, { code: known.code, detail: known.detail });
      return;
    }
    this.#pausing.add(key);
    setTimeout(
      () => {
        this.#pausing.delete(key);
        this.pump();
      },
      retryAfterMs(tries, Math.random()),
    );
    this.#rest();
  }

  /** The background pauses after a failure, longer with each in a row: half a second up to eight. */
  #rest(): void {
    this.#failures += 1;
    if (this.#resting) return;
    this.#resting = true;
    setTimeout(
      () => {
        this.#resting = false;
        this.pump();
      },
      retryAfterMs(Math.min(5, this.#failures), Math.random()),
    );
  }

  /** One palette an instance, however many frames it has. */
  #palette(frame: Frame): Promise<PaletteTable> | undefined {
    if (!frame.palette) return undefined;
    const known = this.#palettes.get(frame.sopInstanceUid);
    if (known) return known;
    const table = paletteTable(frame.palette, (uri) => this.#parts.source.bulkData(uri, this.#leaving.signal));
    table.catch(() => this.#palettes.delete(frame.sopInstanceUid));
    this.#palettes.set(frame.sopInstanceUid, table);
    return table;
  }
}

/** The worker takes the buffer over, so a part of a larger answer goes as its own copy. */
function ownBytes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** By name and code, not by class, so that the decoder's code stays in its worker. */
function asLoadFault(fault: unknown): LoadFault {
  if (fault instanceof Error && "code" in fault && "detail" in fault) {
    const detail = String(fault.detail);
    if (fault.code === "syntax-unsupported") return new LoadFault("syntax", detail);
    if (fault.code === "format-unsupported") return new LoadFault("format", detail);
    return new LoadFault("decode", detail);
  }
  return new LoadFault("no-decoder", fault instanceof Error ? fault.message : "");
}
