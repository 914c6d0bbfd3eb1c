import type { Region } from "./pixel-rules.ts";

export interface FrameLayout {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  /** RRR… GGG… BBB… instead of RGB RGB …. */
  readonly isPlanar: boolean;
  readonly photometricInterpretation: string;
}

/**
 * Blackens the regions, or everything outside of them, in the bytes of a native frame, in place. Frames of whole bytes a sample
 * only (8, 16, 32 bits); what is subsampled must be brought to whole pixels first.
 */
export function blankPixels(
  frame: Uint8Array,
  layout: FrameLayout,
  regions: readonly Region[],
  isOutside: boolean,
): void {
  const { rows, columns, samplesPerPixel, isPlanar } = layout;
  const bytes = layout.bitsAllocated / 8;
  const black = blackOf(layout.photometricInterpretation);
  const within = regions.map(({ left, top, right, bottom }) => ({
    left,
    top,
    right: right ?? columns,
    bottom: bottom ?? rows,
  }));
  for (let row = 0; row < rows; row++) {
    const crossing = within.filter(({ top, bottom }) => row >= top && row < bottom);
    for (let column = 0; column < columns; column++) {
      const isIn = crossing.some(({ left, right }) => column >= left && column < right);
      if (isIn === isOutside) continue;
      const pixel = row * columns + column;
      for (let sample = 0; sample < samplesPerPixel; sample++) {
        const at = (isPlanar ? sample * rows * columns + pixel : pixel * samplesPerPixel + sample) * bytes;
        frame.fill(0, at, at + bytes);
        if (bytes === 1) frame[at] = black[sample] ?? 0;
      }
    }
  }
}

/** In YCbCr the colours' zero is in the middle (PS3.3 C.7.6.3.1.2). */
function blackOf(photometricInterpretation: string): readonly number[] {
  return photometricInterpretation.startsWith("YBR_FULL") ? [0, 128, 128] : [0, 0, 0];
}
