import { inflateSync } from "node:zlib";

export interface TestPicture {
  readonly columns: number;
  readonly rows: number;
  readonly components: number;
  readonly pixels: Uint8Array;
}

/** An 8-bit PNG, grey or RGB, whose lines have filter type 1 (Sub), as the hub's own are. */
export function readPng(png: Buffer): TestPicture {
  const columns = png.readUInt32BE(16);
  const rows = png.readUInt32BE(20);
  const components = png[25] === 2 ? 3 : 1;
  const at = png.indexOf("IDAT");
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const stride = columns * components;
  const pixels = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < stride; x++) {
      const before = x >= components ? (pixels[row * stride + x - components] ?? 0) : 0;
      pixels[row * stride + x] = before + (lines[row * (stride + 1) + 1 + x] ?? 0);
    }
  }
  return { columns, rows, components, pixels };
}

/** A binary PGM or PPM of 8 bits, as dcmtk writes them. */
export function readPnm(pnm: Buffer): TestPicture {
  const [head = "", kind, columns, rows] = /^P([56])\s+(\d+)\s+(\d+)\s+255\s/.exec(pnm.toString("latin1", 0, 64)) ?? [];
  if (head === "") throw new Error("no PNM of 8 bits");
  return {
    columns: Number(columns),
    rows: Number(rows),
    components: kind === "6" ? 3 : 1,
    pixels: pnm.subarray(head.length),
  };
}
