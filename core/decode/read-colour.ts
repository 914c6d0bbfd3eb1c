import type { PixelFormat } from "../image/study-model.ts";
import { DecodeFault } from "./decode-fault.ts";
import type { ColourFrame, PaletteTable } from "./decoded-frame.ts";
import type { RawSamples } from "./raw-samples.ts";

/** Three samples a pixel to RGBA. More than 8 bits a sample keep their upper 8. */
export function readColour(raw: RawSamples, format: PixelFormat): ColourFrame {
  if (raw.components < 3) throw new DecodeFault("format-unsupported", `${raw.components} components`);
  const pixels = raw.rows * raw.columns;
  const rgba = new Uint8ClampedArray(pixels * 4);
  const step = raw.planar ? 1 : raw.components;
  const plane = raw.planar ? pixels : 1;
  const shift = Math.max(0, format.bitsStored - 8);
  const luma = !raw.isRgb && /^YBR_(FULL|PARTIAL)/.test(format.photometricInterpretation);
  const { samples } = raw;
  for (let index = 0; index < pixels; index++) {
    const from = index * step;
    const a = (samples[from] ?? 0) >>> shift;
    const b = (samples[from + plane] ?? 0) >>> shift;
    const c = (samples[from + 2 * plane] ?? 0) >>> shift;
    const to = index * 4;
    if (luma) {
      // PS3.3 C.7.6.3.1.2, the inverse of the YBR_FULL equations.
      rgba[to] = a + 1.402 * (c - 128);
      rgba[to + 1] = a - 0.344136 * (b - 128) - 0.714136 * (c - 128);
      rgba[to + 2] = a + 1.772 * (b - 128);
    } else {
      rgba[to] = a;
      rgba[to + 1] = b;
      rgba[to + 2] = c;
    }
    rgba[to + 3] = 255;
  }
  return { kind: "colour", rows: raw.rows, columns: raw.columns, rgba };
}

/** PALETTE COLOR: one index a pixel; below the first entry is the first, above the last is the last (C.7.6.3.1.5). */
export function readPalette(raw: RawSamples, palette: PaletteTable): ColourFrame {
  const pixels = raw.rows * raw.columns;
  const rgba = new Uint8ClampedArray(pixels * 4);
  const last = palette.rgb.length / 3 - 1;
  for (let index = 0; index < pixels; index++) {
    const entry = Math.min(Math.max((raw.samples[index] ?? 0) - palette.firstMapped, 0), last) * 3;
    const to = index * 4;
    rgba[to] = palette.rgb[entry] ?? 0;
    rgba[to + 1] = palette.rgb[entry + 1] ?? 0;
    rgba[to + 2] = palette.rgb[entry + 2] ?? 0;
    rgba[to + 3] = 255;
  }
  return { kind: "colour", rows: raw.rows, columns: raw.columns, rgba };
}
