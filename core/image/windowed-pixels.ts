import type { DecodedFrame, GreyFrame } from "../decode/decoded-frame.ts";
import type { Frame } from "./study-model.ts";
import type { VoiFunction, WindowLevel } from "./window-level.ts";
import { windowTable } from "./window-table.ts";
import { windowValue } from "./window-value.ts";

export interface Windowing {
  readonly window: WindowLevel;
  readonly voiFunction: VoiFunction;
  readonly invert: boolean;
}

/** More stored values than this have no table; each pixel is computed. */
const LARGEST_TABLE = 1 << 17;

let kept: { readonly key: string; readonly low: number; readonly rgba: Uint32Array } | undefined;

/** Grey as 0xAABBGGRR by stored value, for all the bits the header allows, so that scrolling does not rebuild it. */
function greyTable(
  grey: GreyFrame,
  frame: Frame,
  windowing: Windowing,
): { readonly low: number; readonly rgba: Uint32Array } | undefined {
  const { bitsStored, pixelRepresentation } = frame.format;
  const signed = pixelRepresentation === 1;
  const low = Math.min(grey.min, signed ? -(2 ** (bitsStored - 1)) : 0);
  const high = Math.max(grey.max, 2 ** (signed ? bitsStored - 1 : bitsStored) - 1);
  if (high - low >= LARGEST_TABLE) return undefined;
  const { slope, intercept } = frame.rescale;
  const { window, voiFunction, invert } = windowing;
  const key = [low, high, slope, intercept, window.center, window.width, voiFunction, invert].join(" ");
  if (kept?.key !== key) {
    const table = windowTable({ low, high, slope, intercept, window, voiFunction, invert });
    kept = { key, low, rgba: Uint32Array.from(table, (value) => (0xff000000 | (value * 0x010101)) >>> 0) };
  }
  return kept;
}

/** Writes the frame as it is seen through the window into RGBA pixels of the same size. */
export function windowedPixels(decoded: DecodedFrame, frame: Frame, windowing: Windowing, target: Uint32Array): void {
  if (decoded.kind === "colour") {
    target.set(new Uint32Array(decoded.rgba.buffer));
    if (windowing.invert)
      for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) ^ 0x00ffffff;
    return;
  }
  const { pixels } = decoded;
  const table = greyTable(decoded, frame, windowing);
  if (table) {
    const { low, rgba } = table;
    for (let index = 0; index < pixels.length; index++) target[index] = rgba[(pixels[index] ?? 0) - low] ?? 0;
    return;
  }
  const { slope, intercept } = frame.rescale;
  for (let index = 0; index < pixels.length; index++) {
    const value = windowValue((pixels[index] ?? 0) * slope + intercept, windowing.window, windowing.voiFunction);
    target[index] = 0xff000000 | ((windowing.invert ? 255 - value : value) * 0x010101);
  }
}
