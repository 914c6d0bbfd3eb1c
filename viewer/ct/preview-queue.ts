import type { DecodedFrame, DecodeRequest } from "../../core/decode/decoded-frame.ts";
import type { Frame } from "../../core/image/study-model.ts";
import { bundledFrame, type SeriesBundle } from "./series-bundle.ts";

/** Beginnings that are with the decoders at once, so that the workers never wait for the next. */
const AT_DECODERS = 6;

interface Waiting {
  readonly frame: Frame;
  readonly beginning: Uint8Array;
  readonly form: Omit<DecodeRequest, "bytes"> & { readonly reduction: number };
}

export interface PreviewQueueParts {
  readonly decode: (request: DecodeRequest) => Promise<DecodedFrame>;
  /** Not needed any more: the whole is there. */
  readonly isHeld: (frame: Frame) => boolean;
  readonly decoded: (frame: Frame, picture: DecodedFrame, form: Waiting["form"]) => void;
}

/** The beginnings of a bundle on their way to small pictures, in the order given, a frame that is looked at before others. */
export class PreviewQueue {
  readonly #parts: PreviewQueueParts;
  readonly #waiting = new Map<string, Waiting>();
  /** Those that have been handed on. */
  readonly #taken = new Set<string>();
  #first: readonly Frame[] = [];
  #atDecoders = 0;

  constructor(parts: PreviewQueueParts) {
    this.#parts = parts;
  }

  /** Takes in the frames of the bundle that have a small picture. */
  add(bundle: SeriesBundle, frames: Iterable<Frame>): void {
    for (const frame of frames) {
      const bundled = bundledFrame(bundle, frame);
      const { reduction, transferSyntaxUid, format } = bundled?.format ?? {};
      if (this.#taken.has(frame.key)) continue;
      // a frame that is not reduced is whole already
      if (!bundled || !reduction || !transferSyntaxUid || !format) continue;
      const form = { transferSyntaxUid, format, reduction };
      this.#waiting.set(frame.key, { frame, beginning: bundled.beginning, form });
    }
  }

  /** Hands on what the decoders have room for, from now on `first` before others. */
  pump(first: readonly Frame[] = this.#first): void {
    this.#first = first;
    while (this.#atDecoders < AT_DECODERS) {
      const looked = first.find(({ key }) => this.#waiting.has(key));
      const [next] = looked ? [this.#waiting.get(looked.key)] : this.#waiting.values();
      if (!next) return;
      this.#waiting.delete(next.frame.key);
      this.#taken.add(next.frame.key);
      if (!this.#parts.isHeld(next.frame)) void this.#decode(next);
    }
  }

  close(): void {
    this.#waiting.clear();
  }

  async #decode({ frame, beginning, form }: Waiting): Promise<void> {
    this.#atDecoders++;
    try {
      // the worker takes the buffer over
      const picture = await this.#parts.decode({ ...form, bytes: beginning.slice() });
      if (!this.#parts.isHeld(frame)) this.#parts.decoded(frame, picture, form);
    } catch {
      // the whole frame will say what is wrong with it
    } finally {
      this.#atDecoders--;
      this.pump();
    }
  }
}
