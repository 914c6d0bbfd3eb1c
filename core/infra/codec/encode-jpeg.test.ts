import { expect, it } from "vitest";
import { decodeJpeg } from "../../decode/decode-codestream.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { nodeCodecs } from "./node-codecs.ts";

it("gives pictures of many sizes, one after the other, that read back as they were", async () => {
  const sides = [16, 700, 33, 13, 512, 128, 1024, 21];
  for (const [turn, rows] of [...sides, ...sides].entries()) {
    const columns = sides[(turn + 3) % sides.length] ?? 1;
    const components = turn % 2 === 0 ? 1 : 3;
    // a slope of one grey value every 8 pixels: baseline JPEG at quality 95 keeps it within 16 where the slope does not begin anew
    const pixels = Uint8Array.from({ length: rows * columns * components }, (_, i) => {
      const pixel = Math.floor(i / components);
      return (((pixel % columns) + Math.floor(pixel / columns)) >> 3) & 255;
    });
    const jpeg = await encodeJpeg({ rows, columns, components, pixels }, 95);
    const format = { photometricInterpretation: components === 1 ? "MONOCHROME2" : "RGB" } as PixelFormat;
    const decoded = await decodeJpeg(jpeg, format, nodeCodecs);
    expect(decoded).toMatchObject({ rows, columns, components });
    const furthest = pixels.reduce((most, value, i) => {
      const isEdge = value === 0 || value === 255; // where the slope begins anew
      return isEdge ? most : Math.max(most, Math.abs(value - (decoded.samples[i] ?? 0)));
    }, 0);
    expect(furthest).toBeLessThanOrEqual(16);
  }
});

it("holds what noise needs, which is more than its pixels", async () => {
  let seed = 1;
  const noise = () => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed & 255;
  };
  for (const [rows, columns] of [
    [16, 24],
    [512, 512],
    [12, 12],
    [700, 33],
    [7, 1024],
  ] as const) {
    for (const components of [1, 3] as const) {
      const pixels = Uint8Array.from({ length: rows * columns * components }, noise);
      const jpeg = await encodeJpeg({ rows, columns, components, pixels }, 100);
      const decoded = await decodeJpeg(jpeg, { photometricInterpretation: "RGB" } as PixelFormat, nodeCodecs);
      expect(decoded).toMatchObject({ rows, columns, components });
    }
  }
});

it("refuses what it has no room for", async () => {
  const picture = { rows: 1, columns: 1, components: 1, pixels: new Uint8Array(1) } as const;
  await expect(encodeJpeg(picture, 90)).rejects.toThrow(RangeError);
});
