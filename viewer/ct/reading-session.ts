import type { Frame, ImageSeries, StudyModel } from "../../core/image/study-model.ts";
import type { DecodePool } from "../decode/decode-pool.ts";
import type { BundleSource } from "./bundle-source.ts";
import type { StudySource } from "./dicomweb-source.ts";
import type { FrameImage } from "./frame-image.ts";
import { FrameLoader } from "./frame-loader.ts";
import { FrameStore } from "./frame-store.ts";
import { makeFrameImage } from "./make-frame-image.ts";
import { type ReadingMarks, readingMarks } from "./reading-marks.ts";
import { type ReaderPlace, wantedFrames } from "./wanted-frames.ts";

/** Decoded pixels kept: a 600-slice CT is 315 MB, its prior as much again. */
const BUDGET_BYTES = 768 * 1024 * 1024;

export interface SeriesProgress {
  readonly loaded: number;
  readonly failed: number;
  readonly total: number;
}

/** One open study: its frames, who looks where, what came in. Lives from opening to leaving. */
export class ReadingSession {
  readonly model: StudyModel;
  readonly store = new FrameStore(BUDGET_BYTES);
  readonly marks: ReadingMarks;
  readonly #pool: DecodePool;
  readonly #loader: FrameLoader;
  readonly #places = new Map<number, ReaderPlace>();
  /** Frames that have come in at least once, by series: dropping one later does not make a series incomplete. */
  readonly #arrived = new Map<string, Set<string>>();
  /** The same, of frames that can be drawn at least as a preview. */
  readonly #drawable = new Map<string, Set<string>>();
  readonly #progressListeners = new Set<() => void>();
  readonly #seen = new Set<string>();
  #active = 0;
  #firstSeries: ImageSeries | undefined;
  #wanted: ReturnType<typeof wantedFrames> | undefined;
  #progressVersion = 0;
  #progressPending = false;

  constructor(model: StudyModel, source: StudySource, bundles: BundleSource, pool: DecodePool) {
    this.model = model;
    this.marks = readingMarks();
    this.#pool = pool;
    this.#loader = new FrameLoader({
      source,
      bundles,
      store: this.store,
      decode: (request, ahead) => pool.decode(request, ahead),
      wanted: () => this.#wantedNow(),
      framesOf: (uid) => model.series.find(({ seriesInstanceUid }) => seriesInstanceUid === uid)?.frames ?? [],
      makeImage: makeFrameImage,
      loaded: (image) => this.#arrivedImage(image),
    });
    this.store.subscribe(() => this.#progressed());
    addEventListener("online", this.#onOnline);
  }

  /** A viewport stands at a slice. The loader follows. */
  place(viewport: number, place: ReaderPlace): void {
    this.#firstSeries ??= place.series;
    this.#places.set(viewport, place);
    if (!this.#seen.has(place.series.seriesInstanceUid)) {
      this.#seen.add(place.series.seriesInstanceUid);
      this.#progressed();
    }
    this.#wanted = undefined;
    this.#loader.pump();
  }

  leave(viewport: number): void {
    this.#places.delete(viewport);
    this.#wanted = undefined;
  }

  activate(viewport: number): void {
    this.#active = viewport;
    this.#wanted = undefined;
  }

  retry(frame: Frame): void {
    this.#loader.retry(frame);
  }

  seen(series: ImageSeries): boolean {
    return this.#seen.has(series.seriesInstanceUid);
  }

  progress(series: ImageSeries): SeriesProgress {
    const failed = series.frames.reduce((sum, frame) => sum + (this.store.fault(frame.key) ? 1 : 0), 0);
    return { loaded: this.#arrived.get(series.seriesInstanceUid)?.size ?? 0, failed, total: series.frames.length };
  }

  /** Grows with every change of progress; tells at most once a frame of the screen. */
  progressVersion(): number {
    return this.#progressVersion;
  }

  subscribeProgress(listener: () => void): () => void {
    this.#progressListeners.add(listener);
    return () => this.#progressListeners.delete(listener);
  }

  close(): void {
    removeEventListener("online", this.#onOnline);
    this.#loader.close();
    this.#pool.close();
    this.store.clear();
    this.#places.clear();
    this.#progressListeners.clear();
  }

  readonly #onOnline = (): void => {
    const failed = this.model.series
      .flatMap(({ frames }) => frames)
      .find(({ key }) => this.store.fault(key)?.code === "offline");
    if (failed) this.#loader.retry(failed);
  };

  #wantedNow(): ReturnType<typeof wantedFrames> {
    if (!this.#wanted) {
      const active = this.#places.get(this.#active);
      const rest = [...this.#places.values()].filter((place) => place !== active);
      this.#wanted = wantedFrames(
        active ? [active, ...rest] : rest,
        this.model.series,
        this.store.budgetBytes - this.store.previewBytes,
      );
    }
    return this.#wanted;
  }

  #arrivedImage({ frame, reduction }: FrameImage): void {
    const { seriesInstanceUid, key } = frame;
    const count = (sets: Map<string, Set<string>>): number => {
      const keys = sets.get(seriesInstanceUid) ?? new Set<string>();
      sets.set(seriesInstanceUid, keys.add(key));
      return keys.size;
    };
    const drawable = count(this.#drawable);
    const whole = reduction === 0 ? count(this.#arrived) : 0;
    if (this.#firstSeries?.seriesInstanceUid !== seriesInstanceUid) return;
    const { length } = this.#firstSeries.frames;
    if (drawable === length) this.marks.previewComplete();
    if (whole === length) this.marks.losslessComplete();
  }

  #progressed(): void {
    if (this.#progressPending) return;
    this.#progressPending = true;
    requestAnimationFrame(() => {
      this.#progressPending = false;
      this.#progressVersion += 1;
      for (const listener of this.#progressListeners) listener();
    });
  }
}
