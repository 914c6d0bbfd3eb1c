import { describe, expect, it } from "vitest";
import { encodeHtj2k } from "../infra/codec/encode-htj2k.ts";
import { encodeJpeg } from "../infra/codec/encode-jpeg.ts";
import { codestreamSize } from "./codestream-size.ts";

describe("what a codestream announces", () => {
  it("is read from HTJ2K and JPEG", async () => {
    const samples = new Int16Array(40 * 30);
    expect(codestreamSize(await encodeHtj2k({ rows: 30, columns: 40, samples, components: 1 }))).toEqual({
      rows: 30,
      columns: 40,
      components: 1,
    });
    const picture = { rows: 30, columns: 40, components: 1, pixels: new Uint8Array(1200) } as const;
    expect(codestreamSize(await encodeJpeg(picture, 80))).toMatchObject({ rows: 30, columns: 40, components: 1 });
  });

  it("is read from a JPEG-LS frame header", () => {
    // SOI, SOF55: length 11, 8 bits, 513 rows, 514 columns, 1 component
    const head = [0xff, 0xd8, 0xff, 0xf7, 0, 11, 8, 2, 1, 2, 2, 1, 1, 0x11, 0];
    expect(codestreamSize(Uint8Array.from([...head, ...Array(20).fill(0)]))).toEqual({
      rows: 513,
      columns: 514,
      components: 1,
    });
  });

  it("is nothing for other bytes, or for few", () => {
    expect(codestreamSize(new Uint8Array(100))).toBeNull();
    expect(codestreamSize(Uint8Array.from([0xff, 0xd8]))).toBeNull();
    expect(codestreamSize(Uint8Array.from([0xff, 0xd8, ...Array(60).fill(0xff)]))).toBeNull();
  });
});
