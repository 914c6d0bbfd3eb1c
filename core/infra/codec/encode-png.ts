import { crc32, deflateSync } from "node:zlib";
import type { Picture } from "../../image/picture.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Filter type Sub (PNG 3rd edition §9.2): the difference to the pixel before. */
const SUB = 1;

/** PNG, 8 bits a sample, grey or RGB. */
export function encodePng({ rows, columns, components, pixels }: Picture): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([8, components === 3 ? 2 : 0, 0, 0, 0], 8);
  const stride = columns * components;
  const lines = Buffer.alloc((stride + 1) * rows);
  for (let row = 0; row < rows; row++) {
    const to = row * (stride + 1);
    lines[to] = SUB;
    for (let at = 0; at < stride; at++) {
      const before = at >= components ? (pixels[row * stride + at - components] ?? 0) : 0;
      lines[to + 1 + at] = (pixels[row * stride + at] ?? 0) - before;
    }
  }
  const bytes = Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines, { level: 5 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return new Uint8Array(bytes);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
