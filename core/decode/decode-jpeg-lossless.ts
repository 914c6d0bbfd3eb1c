import { DecodeFault } from "./decode-fault.ts";
import { type HuffmanTable, JpegBits, readHuffmanTables } from "./jpeg-bits.ts";
import type { RawSamples } from "./raw-samples.ts";

interface LosslessFrame {
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly componentIds: readonly number[];
}

/**
 * JPEG lossless with Huffman coding, ITU-T T.81 annex H (DICOM .4.57, any predictor, and .4.70, predictor 1). Our own,
 * because jpeg-lossless-decoder-js loses the last pixel where its code ends at the end-of-image marker.
 */
export function decodeJpegLossless(bytes: Uint8Array<ArrayBuffer>): RawSamples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<number, HuffmanTable>();
  let frame: LosslessFrame | undefined;
  let restartInterval = 0;
  let at = 2;
  while (at + 3 < bytes.length) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xff) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, Math.max(0, length - 2));
    at += 2 + length;
    if (marker === 0xc4) for (const { slot, table } of readHuffmanTables(segment)) tables.set(slot & 15, table);
    else if (marker === 0xdd) restartInterval = segment.getUint16(0);
    else if (marker === 0xc3) {
      frame = {
        precision: segment.getUint8(0),
        rows: segment.getUint16(1),
        columns: segment.getUint16(3),
        componentIds: Array.from({ length: segment.getUint8(5) }, (_, index) => segment.getUint8(6 + index * 3)),
      };
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      throw new DecodeFault("syntax-unsupported", `JPEG process ${marker & 15}`);
    } else if (marker === 0xda) {
      if (!frame || segment.getUint8(0) !== frame.componentIds.length)
        throw new DecodeFault("frame-damaged", "JPEG scan");
      return decodeScan(frame, segment, tables, restartInterval, new JpegBits(bytes.subarray(at)));
    }
  }
  throw new DecodeFault("frame-damaged", "JPEG without a scan");
}

function decodeScan(
  frame: LosslessFrame,
  scan: DataView,
  tables: ReadonlyMap<number, HuffmanTable>,
  restartInterval: number,
  bits: JpegBits,
): RawSamples {
  const { precision, rows, columns, componentIds } = frame;
  const components = componentIds.length;
  const own = componentIds.map((_, index) => {
    const table = tables.get(scan.getUint8(2 + index * 2) >> 4);
    if (!table) throw new DecodeFault("frame-damaged", "JPEG Huffman table missing");
    return table;
  });
  const predictor = scan.getUint8(1 + components * 2);
  const pointTransform = scan.getUint8(3 + components * 2) & 15;
  const origin = 1 << (precision - pointTransform - 1);
  const samples =
    precision <= 8 ? new Uint8Array(rows * columns * components) : new Uint16Array(rows * columns * components);
  const stride = columns * components;
  let untilRestart = restartInterval;
  let firstLine = 0; // after a restart prediction begins anew, as on the first line
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (restartInterval > 0 && untilRestart === 0) {
        bits.restart();
        untilRestart = restartInterval;
        firstLine = y;
      }
      untilRestart--;
      const begins = x === 0 && y === firstLine;
      for (let component = 0; component < components; component++) {
        const here = y * stride + x * components + component;
        const left = samples[here - components] ?? 0;
        const above = samples[here - stride] ?? 0;
        const prediction = begins
          ? origin
          : y === firstLine
            ? left
            : x === 0
              ? above
              : predict(predictor, left, above, samples[here - stride - components] ?? 0);
        const table = own[component];
        const size = table ? bits.symbol(table) : 0;
        // H.1.2.2: 16 stands for 32768 and has no bits of its own; sums are modulo 65536.
        samples[here] = prediction + (size === 16 ? 32768 : bits.signedValue(size));
      }
    }
  }
  if (pointTransform > 0)
    for (let index = 0; index < samples.length; index++) samples[index] = (samples[index] ?? 0) << pointTransform;
  return { samples, rows, columns, components, planar: false, isRgb: false };
}

/** T.81 table H.1. */
function predict(selection: number, a: number, b: number, c: number): number {
  switch (selection) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    case 7:
      return (a + b) >> 1;
    default:
      return 0;
  }
}
