import type { Frame } from "../../core/image/study-model.ts";
import { contiguousRun } from "../kernels/contiguous-run.ts";
import { type BundledFrame, bundledFrame, type SeriesBundle } from "./series-bundle.ts";

export interface RunFrame {
  readonly frame: Frame;
  readonly bundled: BundledFrame;
}

/** Of one request: two megabytes are a second at 20 Mbit/s, after which the reader may be elsewhere. */
const MOST = { count: 16, bytes: 2 * 1024 * 1024 };

/** The frame and those of `next` (in the order they are wanted) that lie beside it in the bundle, in the bundle's order. */
export function bundleRun(bundle: SeriesBundle, first: RunFrame, next: readonly Frame[]): readonly RunFrame[] {
  const byPlace = new Map([[first.bundled.place, first]]);
  for (const frame of next) {
    const bundled = frame.seriesInstanceUid === bundle.seriesInstanceUid && bundledFrame(bundle, frame);
    if (bundled) byPlace.set(bundled.place, { frame, bundled });
  }
  const bytesOf = (place: number): number => {
    const { rest } = byPlace.get(place)?.bundled ?? first.bundled;
    return rest.end - rest.start;
  };
  const { from, to } = contiguousRun(first.bundled.place, byPlace.keys(), bytesOf, MOST);
  return Array.from({ length: to - from + 1 }, (_, index) => byPlace.get(from + index) ?? first);
}
