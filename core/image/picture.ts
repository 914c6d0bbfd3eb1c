import type { DecodedFrame } from "../decode/decoded-frame.ts";
import type { Frame } from "./study-model.ts";
import { type Windowing, windowedPixels } from "./windowed-pixels.ts";

/** A rectangle of pixels: left and top included. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/** An 8-bit picture as it is seen: grey, or R G B pixel by pixel. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly components: 1 | 3;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** The frame through the window, in its own size. */
export function pictureOf(decoded: DecodedFrame, frame: Frame, windowing: Windowing): Picture {
  const { rows, columns } = decoded;
  const rgba = new Uint32Array(rows * columns);
  windowedPixels(decoded, frame, windowing, rgba);
  if (decoded.kind === "grey")
    return { rows, columns, components: 1, pixels: Uint8Array.from(rgba, (value) => value & 255) };
  const pixels = new Uint8Array(rows * columns * 3);
  for (let index = 0; index < rgba.length; index++) {
    const value = rgba[index] ?? 0;
    pixels[index * 3] = value & 255;
    pixels[index * 3 + 1] = (value >> 8) & 255;
    pixels[index * 3 + 2] = (value >> 16) & 255;
  }
  return { rows, columns, components: 3, pixels };
}

export interface ScaleRequest {
  readonly region: Region;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The region in another size: each new pixel is the mean of the area it covers when the picture shrinks, and lies between
 * its four neighbours when it grows.
 */
export function scaled(picture: Picture, { region, rows, columns }: ScaleRequest): Picture {
  const isWhole = region.columns === picture.columns && region.rows === picture.rows;
  if (isWhole && rows === picture.rows && columns === picture.columns) return picture;
  const { components } = picture;
  const across = steps(region.left, region.columns, columns, picture.columns);
  const down = steps(region.top, region.rows, rows, picture.rows);
  // rows first, into floats, then columns: two short sums a pixel and not one long one
  const middle = new Float32Array(picture.rows * columns * components);
  for (let row = down.first; row <= down.last; row++) {
    for (let column = 0; column < columns; column++) {
      const { from, weights } = across.of[column] as Step;
      for (let part = 0; part < components; part++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++)
          sum += (weights[i] ?? 0) * (picture.pixels[(row * picture.columns + from + i) * components + part] ?? 0);
        middle[(row * columns + column) * components + part] = sum;
      }
    }
  }
  const pixels = new Uint8Array(rows * columns * components);
  const stride = columns * components;
  for (let row = 0; row < rows; row++) {
    const { from, weights } = down.of[row] as Step;
    for (let at = 0; at < stride; at++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (middle[(from + i) * stride + at] ?? 0);
      pixels[row * stride + at] = Math.round(sum);
    }
  }
  return { rows, columns, components, pixels };
}

/** Which old pixels make a new one, and how much of each. */
interface Step {
  readonly from: number;
  readonly weights: readonly number[];
}

function steps(start: number, length: number, count: number, limit: number) {
  const scale = length / count;
  const of = Array.from({ length: count }, (_, index): Step => {
    const reach = Math.max(1, scale) / 2;
    const centre = start + (index + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach));
    const until = Math.min(limit, Math.ceil(centre + reach));
    const weights = Array.from({ length: Math.max(1, until - from) }, (_, i) => {
      const pixel = from + i;
      // a box when it shrinks, a tent when it grows
      return scale >= 1
        ? Math.max(0, Math.min(pixel + 1, centre + reach) - Math.max(pixel, centre - reach))
        : Math.max(0, 1 - Math.abs(pixel + 0.5 - centre));
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    return {
      from,
      weights: sum > 0 ? weights.map((weight) => weight / sum) : weights.map((_, i) => (i === 0 ? 1 : 0)),
    };
  });
  const first = Math.min(...of.map((step) => step.from));
  const last = Math.max(...of.map((step) => step.from + step.weights.length - 1));
  return { of, first, last };
}
