import { inflateSync } from "node:zlib";
import type { Locator } from "playwright-core";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a pixel. */
  rgb(x: number, y: number): readonly [red: number, green: number, blue: number];
}

/** What of the browser's canvas is needed here; the tests are compiled without the DOM's types. */
interface Canvas {
  toDataURL(type: "image/png"): string;
}

/** The very pixels of a canvas on the page: PNG loses nothing of opaque ones. */
export async function canvasPixels(canvas: Locator): Promise<Pixels> {
  const url = await canvas.evaluate((element) => (element as unknown as Canvas).toDataURL("image/png"));
  return pngPixels(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
}

/** Reads a PNG of 8 bits, RGB or RGBA, not interlaced: what browsers write (PNG, W3C recommendation, §5, §9). */
function pngPixels(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = data[9] === 6 ? 4 : data[9] === 2 ? 3 : 0;
      if (data[8] !== 8 || channels === 0 || data[12] !== 0) throw new Error("a PNG of another kind");
    } else if (type === "IDAT") parts.push(data);
    at += 12 + length;
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  return {
    width,
    height,
    rgb: (x, y) => {
      if (x < 0 || y < 0 || x >= width || y >= height) throw new Error(`no pixel ${x}, ${y} in ${width} × ${height}`);
      const at = (y * width + x) * channels;
      return [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    },
  };
}

function unfiltered(filtered: Buffer, stride: number, rows: number, step: number): Uint8Array {
  const bytes = new Uint8Array(stride * rows);
  for (let row = 0; row < rows; row++) {
    const filter = filtered[row * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i;
      const left = i < step ? 0 : (bytes[at - step] ?? 0);
      const up = row === 0 ? 0 : (bytes[at - stride] ?? 0);
      const corner = i < step || row === 0 ? 0 : (bytes[at - stride - step] ?? 0);
      bytes[at] = (filtered[row * (stride + 1) + 1 + i] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return bytes;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
