import type { Frame, ImageSeries } from "../../core/image/study-model.ts";
import { loadOrder } from "../kernels/load-order.ts";

/** Where a viewport stands: the series and slice it shows, and which way its reader moves. */
export interface ReaderPlace {
  readonly series: ImageSeries;
  readonly slice: number;
  readonly heading: -1 | 0 | 1;
}

export interface WantedFrames {
  /** In the order they are wanted. */
  readonly frames: readonly Frame[];
  /** So many at the beginning are being looked at. */
  readonly urgent: number;
  /** So many at the beginning are wanted for themselves alone: those that are looked at, and thumbnails. */
  readonly singles: number;
}

/**
 * Frames in the order they are wanted: the slice of every viewport (the active one first), the middle of every series
 * for its thumbnail, the shown series from their slices outward, then the other series. Ends where the frames would not
 * fit into `budgetBytes`, so that nothing is fetched only to be dropped.
 */
export function wantedFrames(
  places: readonly ReaderPlace[],
  allSeries: readonly ImageSeries[],
  budgetBytes: number,
): WantedFrames {
  const frames = new Set<Frame>();
  let bytes = 0;
  const add = (frame: Frame | undefined): boolean => {
    if (!frame || frames.has(frame)) return true;
    bytes += decodedBytes(frame);
    if (bytes > budgetBytes && frames.size > 0) return false;
    frames.add(frame);
    return true;
  };
  for (const { series, slice } of places) add(series.frames[slice]);
  const urgent = frames.size;
  for (const series of allSeries) add(series.frames[middleOf(series)]);
  const singles = frames.size;
  const outward = (place: ReaderPlace): boolean =>
    loadOrder(place.slice, place.series.frames.length, place.heading).every((index) => add(place.series.frames[index]));
  const others = allSeries
    .filter((series) => places.every((place) => place.series !== series))
    .map((series): ReaderPlace => ({ series, slice: 0, heading: 0 }));
  [...places, ...others].every(outward);
  return { frames: [...frames], urgent, singles };
}

export function middleOf(series: ImageSeries): number {
  return Math.floor(series.frames.length / 2);
}

function decodedBytes({ format }: Frame): number {
  const pixels = format.rows * format.columns;
  return format.samplesPerPixel > 1 || format.photometricInterpretation === "PALETTE COLOR"
    ? pixels * 4
    : pixels * Math.ceil(format.bitsStored / 8);
}
