import type { Arrived, BundleSource } from "./bundle-source.ts";
import type { SeriesBundle } from "./series-bundle.ts";

/** A series without a bundle is read by frames; so long, doubled each time, until it is looked for again. */
const LOOK_AGAIN_MS = 20_000;
const LONGEST_MS = 5 * 60_000;

interface Known {
  readonly bundle: SeriesBundle | undefined;
  readonly asking: boolean;
  readonly misses: number;
  readonly againAt: number;
}

/** The reading bundles of a study, each asked for when its series is first read. */
export class SeriesBundles {
  readonly #source: BundleSource;
  readonly #signal: AbortSignal;
  readonly #arrived: Arrived;
  readonly #answered: (bundle: SeriesBundle | undefined) => void;
  readonly #known = new Map<string, Known>();

  /** `arrived` is told of beginnings on the way, `answered` of every answer, also that there is no bundle. */
  constructor(
    source: BundleSource,
    signal: AbortSignal,
    arrived: Arrived,
    answered: (bundle: SeriesBundle | undefined) => void,
  ) {
    this.#arrived = arrived;
    this.#source = source;
    this.#signal = signal;
    this.#answered = answered;
  }

  /** The bundle if it is here. */
  held(seriesInstanceUid: string): SeriesBundle | undefined {
    return this.#known.get(seriesInstanceUid)?.bundle;
  }

  /** Asks for the bundle where that is worth it; true while its first answer is on its way and worth waiting for. */
  ask(seriesInstanceUid: string): boolean {
    const known = this.#known.get(seriesInstanceUid);
    const due = !known || (!known.bundle && !known.asking && Date.now() >= known.againAt);
    if (due) void this.#ask(seriesInstanceUid, known?.misses ?? 0);
    return known ? known.asking && known.misses === 0 : true;
  }

  isKnown(seriesInstanceUid: string): boolean {
    return this.#known.has(seriesInstanceUid);
  }

  /** The series has another bundle by now: this one is of no more use, and the other is looked for later. */
  forget(bundle: SeriesBundle): void {
    if (this.held(bundle.seriesInstanceUid) === bundle) this.#miss(bundle.seriesInstanceUid, 0);
  }

  async #ask(seriesInstanceUid: string, misses: number): Promise<void> {
    this.#known.set(seriesInstanceUid, { bundle: undefined, asking: true, misses, againAt: 0 });
    // Whatever went wrong, frames are asked for one by one then, and theirs is the fault that the reader is told.
    const found = await this.#source.preview(seriesInstanceUid, this.#signal, this.#arrived).catch(() => undefined);
    if (this.#signal.aborted) return;
    if (found) this.#known.set(seriesInstanceUid, { bundle: found, asking: false, misses: 0, againAt: 0 });
    else this.#miss(seriesInstanceUid, misses);
    this.#answered(found);
  }

  #miss(seriesInstanceUid: string, before: number): void {
    const againAt = Date.now() + Math.min(LONGEST_MS, LOOK_AGAIN_MS * 2 ** before);
    this.#known.set(seriesInstanceUid, { bundle: undefined, asking: false, misses: before + 1, againAt });
  }
}
