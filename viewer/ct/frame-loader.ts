import type { DecodedFrame, DecodeRequest, PaletteTable } from "../../core/decode/decoded-frame.ts";
import { paletteTable } from "../../core/image/palette-table.ts";
import type { Frame } from "../../core/image/study-model.ts";
import { bundleCodestreams } from "./bundle-codestreams.ts";
import { bundleRun, type RunFrame } from "./bundle-run.ts";
import type { BundleSource } from "./bundle-source.ts";
import type { EncodedFrame, StudySource } from "./dicomweb-source.ts";
import type { FrameImage } from "./frame-image.ts";
import type { FrameStore } from "./frame-store.ts";
import { LoadFault, mayPass } from "./load-fault.ts";
import { PreviewQueue } from "./preview-queue.ts";
import { RetryPauses } from "./retry-pauses.ts";
import { bundledFrame, type SeriesBundle } from "./series-bundle.ts";
import { SeriesBundles } from "./series-bundles.ts";
import type { WantedFrames } from "./wanted-frames.ts";

export interface FrameLoaderParts {
  readonly source: StudySource;
  readonly bundles: BundleSource;
  readonly store: FrameStore;
  /** `ahead`: before what waits already. */
  readonly decode: (request: DecodeRequest, ahead: boolean) => Promise<DecodedFrame>;
  readonly wanted: () => WantedFrames;
  readonly framesOf: (seriesInstanceUid: string) => readonly Frame[];
  readonly makeImage: (frame: Frame, decoded: DecodedFrame, transferSyntaxUid: string, reduction: number) => FrameImage;
  /** A frame or its preview came in, before the store's listeners hear of it. */
  readonly loaded: (image: FrameImage) => void;
}

/** Requests in flight, and frames fetched one by one but not yet decoded. What a reader looks at may go two beyond. */
const FETCHES = 6;
const IN_HAND = 14;
const URGENT_MORE = 2;

/** Requests for several frames of a bundle in flight, so that the line is never idle; their frames that are not decoded yet. */
const RUNS = 2;
const RUNS_IN_HAND = 40;
/** Of what is wanted next, so many frames are looked at for a request. */
const LOOK_AHEAD = 64;

/** A run none of whose frames is among so many that are wanted next is given up: the reader went elsewhere. */
const NEAR = 32;

interface Flight {
  readonly keys: Set<string>;
  readonly turned: AbortController;
}

/**
 * Brings frames in the order they are wanted: first what is looked at, then the previews of its series, then whole frames
 * from there outward. Out of the series' reading bundle, several at a time; one by one while there is no bundle. The order
 * is asked anew whenever a place gets free, so it follows the reader. A broken connection or a server error is tried again
 * after a growing pause, then told; meanwhile only what a reader looks at is asked for, so that a server in trouble is left
 * alone.
 */
export class FrameLoader {
  readonly #parts: FrameLoaderParts;
  readonly #leaving = new AbortController();
  readonly #bundles: SeriesBundles;
  readonly #previews: PreviewQueue;
  readonly #inHand = new Set<string>();
  readonly #pauses = new RetryPauses(() => this.pump());
  readonly #palettes = new Map<string, Promise<PaletteTable>>();
  readonly #flights = new Set<Flight>();
  /** Frames that could not be read out of their bundle. */
  readonly #spoilt = new Set<string>();
  #fetching = 0;
  #runs = 0;
  /** The order that was asked for last, and how many frames at its beginning are held: what is wanted is not dropped. */
  #ordered: readonly Frame[] = [];
  #held = 0;
  /** The first image gets the whole line to itself; the rest begin once it is there, or lost. */
  #begun = false;

  constructor(parts: FrameLoaderParts) {
    this.#parts = parts;
    this.#bundles = new SeriesBundles(
      parts.bundles,
      this.#leaving.signal,
      (bundle, keys) => this.#arrived(bundle, keys),
      (bundle) => this.#answered(bundle),
    );
    this.#previews = new PreviewQueue({
      decode: (request) => parts.decode(request, true),
      isHeld: ({ key }) => this.#leaving.signal.aborted || parts.store.get(key) !== undefined,
      decoded: (frame, picture, { transferSyntaxUid, reduction }) =>
        this.#put(frame, parts.makeImage(frame, picture, transferSyntaxUid, reduction)),
    });
  }

  /** Fills the free places. To be called when what is wanted has changed. */
  pump(): void {
    if (this.#leaving.signal.aborted) return;
    const wanted = this.#parts.wanted();
    if (wanted.frames !== this.#ordered) this.#turn(wanted.frames);
    this.#previews.pump(wanted.frames.slice(0, wanted.urgent));
    this.#pumpFrames(wanted);
  }

  #pumpFrames({ frames, urgent, singles }: WantedFrames): void {
    let waits: boolean | undefined;
    for (let rank = this.#skipHeld(frames); rank < frames.length; rank++) {
      const frame = frames[rank] as Frame;
      const isUrgent = rank < urgent;
      if (!isUrgent && (this.#pauses.isResting || (urgent > 0 && !this.#begun))) return;
      if (!isUrgent) waits ??= this.#waitsForPreviews(frames.slice(0, urgent));
      if (waits) return;
      if (!this.#isFree(frame)) continue;
      if (rank >= singles && this.#bundles.ask(frame.seriesInstanceUid)) return;
      const bundle = this.#spoilt.has(frame.key) ? undefined : this.#bundles.held(frame.seriesInstanceUid);
      const bundled = bundle && bundledFrame(bundle, frame);
      const more = isUrgent ? URGENT_MORE : 0;
      if (this.#fetching >= FETCHES + more) return;
      if (!bundle || !bundled) {
        if (this.#inHand.size >= IN_HAND + more) return;
        void this.#load(frame, isUrgent);
      } else if (isUrgent) void this.#loadRun(bundle, [{ frame, bundled }], true);
      else {
        if (this.#runs >= RUNS || this.#inHand.size >= RUNS_IN_HAND) return;
        const next = frames.slice(rank + 1, rank + 1 + LOOK_AHEAD);
        const free = next.filter((other) => this.#isFree(other) && !this.#spoilt.has(other.key));
        void this.#loadRun(bundle, bundleRun(bundle, { frame, bundled }, free), false);
      }
    }
  }

  #isFree({ key }: Frame): boolean {
    const { store } = this.#parts;
    return !this.#inHand.has(key) && !this.#pauses.isPausing(key) && !store.get(key) && !store.fault(key);
  }

  /** The previews of what is looked at go before all but the frame itself, which has the line first. */
  #waitsForPreviews(looked: readonly Frame[]): boolean {
    return looked.some(
      ({ key, seriesInstanceUid: uid }) =>
        (this.#inHand.has(key) && !this.#bundles.isKnown(uid)) || this.#bundles.ask(uid),
    );
  }

  /** The order is another: what is in flight and not among the next of it is given up. */
  #turn(frames: readonly Frame[]): void {
    [this.#ordered, this.#held] = [frames, 0];
    if (this.#flights.size === 0) return;
    const near = new Set<string>();
    for (const { key } of frames) {
      if (near.size >= NEAR) break;
      if (!this.#parts.store.get(key)) near.add(key);
    }
    for (const { keys, turned } of this.#flights) if (![...keys].some((key) => near.has(key))) turned.abort();
  }

  /**
   * Where the first frame is that is not held. Of the same order it is not looked for from the beginning again: of thousands
   * of frames that would be as many looks for each that comes in.
   */
  #skipHeld(frames: readonly Frame[]): number {
    const { store } = this.#parts;
    for (let frame = frames[this.#held]; frame && store.get(frame.key); frame = frames[this.#held]) this.#held++;
    return this.#held;
  }

  /** Asks again for this frame, and for all others that failed for a reason which may have passed. */
  retry(frame: Frame): void {
    const { store } = this.#parts;
    this.#pauses.begin();
    for (const key of store.faultKeys()) {
      const fault = store.fault(key);
      if (key === frame.key || (fault && mayPass(fault.code))) store.forgive(key);
    }
    this.pump();
  }

  /** Ends every request. The loader is of no more use. */
  close(): void {
    this.#leaving.abort();
    this.#previews.close();
  }

  /** What is here can be looked at while the other beginnings come. */
  #arrived(bundle: SeriesBundle, keys: readonly string[]): void {
    const here = new Set(keys);
    const isHere = ({ sopInstanceUid, frameNumber }: Frame) => here.has(`${sopInstanceUid}/${frameNumber}`);
    this.#previews.add(bundle, this.#parts.framesOf(bundle.seriesInstanceUid).filter(isHere));
    this.#previews.pump();
  }

  #answered(bundle: SeriesBundle | undefined): void {
    if (bundle) {
      // as they are wanted, then those that would not fit whole
      const { frames } = this.#parts.wanted();
      const wanted = frames.filter(({ seriesInstanceUid }) => seriesInstanceUid === bundle.seriesInstanceUid);
      this.#previews.add(bundle, new Set([...wanted, ...this.#parts.framesOf(bundle.seriesInstanceUid)]));
    }
    this.pump();
  }

  /** One frame by itself. */
  async #load(frame: Frame, ahead: boolean): Promise<void> {
    this.#inHand.add(frame.key);
    try {
      this.#fetching++;
      const [encoded] = await Promise.all([
        this.#parts.source.frame(frame, this.#leaving.signal),
        this.#palette(frame),
      ]).finally(() => {
        this.#fetching--;
        queueMicrotask(() => this.pump());
      });
      this.#begun = true; // the line is free
      this.pump();
      await this.#take(frame, { ...encoded, format: frame.format }, ahead);
    } catch (fault) {
      if (!this.#leaving.signal.aborted) this.#failed(frame.key, fault);
    } finally {
      this.#begun = true;
      this.#inHand.delete(frame.key);
      this.pump();
    }
  }

  /** Frames that lie one after the other in the bundle, by one request; each is decoded as soon as it is there. */
  async #loadRun(bundle: SeriesBundle, run: readonly RunFrame[], isUrgent: boolean): Promise<void> {
    const flight = { keys: new Set(run.map(({ frame }) => frame.key)), turned: new AbortController() };
    const signal = AbortSignal.any([this.#leaving.signal, flight.turned.signal]);
    for (const key of flight.keys) this.#inHand.add(key);
    this.#flights.add(flight);
    this.#fetching++;
    this.#runs += isUrgent ? 0 : 1;
    try {
      const chunks = await this.#rests(bundle, run, signal);
      if (!chunks) {
        this.#bundles.forget(bundle);
        return;
      }
      const codestreams = bundleCodestreams(
        run.map(({ bundled }) => bundled),
        chunks,
      );
      const frames = run.values();
      for await (const bytes of codestreams) {
        const { frame, bundled } = frames.next().value as RunFrame;
        flight.keys.delete(frame.key);
        void this.#takeBundled(frame, { bytes, ...bundled.format }, isUrgent);
      }
    } catch (fault) {
      if (!signal.aborted) for (const key of flight.keys) this.#failed(key, fault);
    } finally {
      this.#begun = true;
      this.#fetching--;
      this.#runs -= isUrgent ? 0 : 1;
      this.#flights.delete(flight);
      for (const key of flight.keys) this.#inHand.delete(key);
      this.pump();
    }
  }

  /** What comes behind the beginnings; nothing to ask for where they are whole themselves. */
  async #rests(
    bundle: SeriesBundle,
    run: readonly RunFrame[],
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const start = run[0]?.bundled.rest.start ?? 0;
    const end = run.at(-1)?.bundled.rest.end ?? 0;
    return end > start ? this.#parts.bundles.rests(bundle, { start, end }, signal) : nothing();
  }

  /** A frame out of the bundle that cannot be read is asked for by itself. */
  async #takeBundled(frame: Frame, encoded: Encoded, ahead: boolean): Promise<void> {
    try {
      await this.#take(frame, encoded, ahead);
    } catch (fault) {
      const isOfBytes = fault instanceof LoadFault && !fault.retriable;
      if (this.#leaving.signal.aborted) return;
      if (isOfBytes) this.#spoilt.add(frame.key);
      else this.#failed(frame.key, fault);
    } finally {
      this.#inHand.delete(frame.key);
      this.pump();
    }
  }

  async #take(frame: Frame, { bytes, transferSyntaxUid, format }: Encoded, ahead: boolean): Promise<void> {
    const palette = await this.#palette(frame);
    const request = { bytes: ownBytes(bytes), transferSyntaxUid, format };
    const decoded = await this.#parts
      .decode(palette ? { ...request, palette } : request, ahead)
      .catch((fault: unknown) => {
        throw asLoadFault(fault);
      });
    if (this.#leaving.signal.aborted) return;
    this.#pauses.cameIn(frame.key);
    this.#put(frame, this.#parts.makeImage(frame, decoded, transferSyntaxUid, 0));
  }

  #put(frame: Frame, image: FrameImage): void {
    const { store, loaded, wanted } = this.#parts;
    loaded(image);
    store.put(frame.key, image, () => new Set(wanted().frames.map(({ key }) => key)));
  }

  #failed(key: string, fault: unknown): void {
    const known =
      fault instanceof LoadFault ? fault : new LoadFault("server", fault instanceof Error ? fault.message : "");
    if (!this.#pauses.failed(key, known)) this.#parts.store.fail(key, { code: known.code, detail: known.detail });
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

type Encoded = EncodedFrame & Pick<DecodeRequest, "format">;

async function* nothing(): AsyncGenerator<Uint8Array> {}

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
