import { DecodeFault } from "./decode-fault.ts";
import { inverseDct } from "./inverse-dct.ts";
import { type HuffmanTable, JpegBits, readHuffmanTables } from "./jpeg-bits.ts";
import type { RawSamples } from "./raw-samples.ts";

/**
 * Grey JPEG of 12 bits a sample with DCT and Huffman coding: extended sequential (SOF1, DICOM .4.51) and progressive
 * (SOF2, DICOM .4.53 and .4.55). No codec in the browser or in libjpeg-turbo's 8-bit build reads these. ITU-T T.81.
 */
export function decodeJpeg12(bytes: Uint8Array<ArrayBuffer>): RawSamples {
  const image = new Jpeg12(bytes);
  const { rows, columns } = image;
  return { samples: image.samples(), rows, columns, components: 1, planar: false, isRgb: false };
}

const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);

interface Scan {
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** Spectral selection and successive approximation, T.81 G.1.1.1. */
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
}

class Jpeg12 {
  rows = 0;
  columns = 0;
  #precision = 12;
  #progressive = false;
  #acrossBlocks = 0;
  #downBlocks = 0;
  #quantTable = 0;
  #restartInterval = 0;
  readonly #quant = new Map<number, Uint16Array>();
  readonly #dc = new Map<number, HuffmanTable>();
  readonly #ac = new Map<number, HuffmanTable>();
  #coefficients = new Int32Array(0);

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 2;
    while (at + 3 < bytes.length) {
      const marker = view.getUint8(at + 1);
      if (view.getUint8(at) !== 0xff || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7) || marker === 0) {
        at++;
        continue;
      }
      if (marker === 0xd9) return;
      const length = view.getUint16(at + 2);
      const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, Math.max(0, length - 2));
      at += 2 + length;
      if (marker === 0xdb) this.#readQuantization(segment);
      else if (marker === 0xc4) this.#readHuffman(segment);
      else if (marker === 0xdd) this.#restartInterval = segment.getUint16(0);
      else if (marker === 0xc1 || marker === 0xc2 || marker === 0xc0) this.#readFrame(segment, marker === 0xc2);
      else if (marker === 0xda) at += this.#decodeScan(this.#readScan(segment), new JpegBits(bytes.subarray(at)));
      else if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
        throw new DecodeFault("syntax-unsupported", `JPEG process ${marker & 15}`);
      }
    }
  }

  samples(): Uint16Array {
    if (this.#coefficients.length === 0) throw new DecodeFault("frame-damaged", "JPEG without a scan");
    const quant = this.#quant.get(this.#quantTable);
    if (!quant) throw new DecodeFault("frame-damaged", "JPEG quantization table missing");
    const image = new Uint16Array(this.rows * this.columns);
    const level = 2 ** (this.#precision - 1);
    const most = 2 ** this.#precision - 1;
    const block = new Float64Array(64);
    for (let down = 0; down < this.#downBlocks; down++) {
      for (let across = 0; across < this.#acrossBlocks; across++) {
        const from = (down * this.#acrossBlocks + across) * 64;
        for (let k = 0; k < 64; k++) block[ZIGZAG[k] ?? 0] = (this.#coefficients[from + k] ?? 0) * (quant[k] ?? 1);
        inverseDct(block);
        const lines = Math.min(8, this.rows - down * 8);
        const across8 = Math.min(8, this.columns - across * 8);
        for (let y = 0; y < lines; y++) {
          const to = (down * 8 + y) * this.columns + across * 8;
          for (let x = 0; x < across8; x++) {
            image[to + x] = Math.min(most, Math.max(0, Math.round((block[y * 8 + x] ?? 0) + level)));
          }
        }
      }
    }
    return image;
  }

  #readFrame(segment: DataView, progressive: boolean): void {
    this.#precision = segment.getUint8(0);
    this.rows = segment.getUint16(1);
    this.columns = segment.getUint16(3);
    if (segment.getUint8(5) !== 1) throw new DecodeFault("format-unsupported", "12-bit colour JPEG");
    this.#quantTable = segment.getUint8(8);
    this.#progressive = progressive;
    this.#acrossBlocks = Math.ceil(this.columns / 8);
    this.#downBlocks = Math.ceil(this.rows / 8);
    this.#coefficients = new Int32Array(this.#acrossBlocks * this.#downBlocks * 64);
  }

  #readQuantization(segment: DataView): void {
    let at = 0;
    while (at < segment.byteLength) {
      const head = segment.getUint8(at++);
      const wide = head >> 4 !== 0;
      const table = new Uint16Array(64);
      for (let k = 0; k < 64; k++, at += wide ? 2 : 1) table[k] = wide ? segment.getUint16(at) : segment.getUint8(at);
      this.#quant.set(head & 15, table);
    }
  }

  #readHuffman(segment: DataView): void {
    for (const { slot, table } of readHuffmanTables(segment))
      (slot >> 4 === 0 ? this.#dc : this.#ac).set(slot & 15, table);
  }

  #readScan(segment: DataView): Scan {
    if (segment.getUint8(0) !== 1 || this.#coefficients.length === 0)
      throw new DecodeFault("frame-damaged", "JPEG scan");
    const tables = segment.getUint8(2);
    const approximation = segment.getUint8(5);
    return {
      dc: this.#dc.get(tables >> 4),
      ac: this.#ac.get(tables & 15),
      first: this.#progressive ? segment.getUint8(3) : 0,
      last: this.#progressive ? segment.getUint8(4) : 63,
      high: approximation >> 4,
      low: approximation & 15,
    };
  }

  /** Returns how many bytes the scan took. */
  #decodeScan(scan: Scan, bits: JpegBits): number {
    const blocks = this.#acrossBlocks * this.#downBlocks;
    const state = { predictor: 0, endOfBandRun: 0 };
    for (let block = 0; block < blocks; block++) {
      if (this.#restartInterval > 0 && block > 0 && block % this.#restartInterval === 0) {
        bits.restart();
        state.predictor = 0;
        state.endOfBandRun = 0;
      }
      const at = block * 64;
      if (!this.#progressive) {
        this.#directCurrent(scan, bits, state, at);
        this.#alternatingFirst({ ...scan, first: 1 }, bits, state, at);
      } else if (scan.first === 0) {
        if (scan.high === 0) this.#directCurrent(scan, bits, state, at);
        else if (bits.bit() === 1) this.#coefficients[at] = (this.#coefficients[at] ?? 0) | (1 << scan.low);
      } else if (scan.high === 0) this.#alternatingFirst(scan, bits, state, at);
      else this.#alternatingRefine(scan, bits, state, at);
    }
    return bits.used();
  }

  #directCurrent(scan: Scan, bits: JpegBits, state: { predictor: number }, at: number): void {
    if (!scan.dc) throw new DecodeFault("frame-damaged", "JPEG Huffman table missing");
    state.predictor += bits.signedValue(bits.symbol(scan.dc));
    this.#coefficients[at] = state.predictor * 2 ** scan.low;
  }

  #alternatingFirst(scan: Scan, bits: JpegBits, state: { endOfBandRun: number }, at: number): void {
    if (state.endOfBandRun > 0) {
      state.endOfBandRun--;
      return;
    }
    if (!scan.ac) throw new DecodeFault("frame-damaged", "JPEG Huffman table missing");
    for (let k = scan.first; k <= scan.last; k++) {
      const symbol = bits.symbol(scan.ac);
      const run = symbol >> 4;
      const size = symbol & 15;
      if (size === 0) {
        if (run < 15) {
          state.endOfBandRun = (1 << run) - 1 + (run > 0 ? bits.bits(run) : 0);
          return;
        }
        k += 15;
        continue;
      }
      k += run;
      if (k > 63) throw new DecodeFault("frame-damaged", "JPEG coefficient beyond its block");
      this.#coefficients[at + k] = bits.signedValue(size) * 2 ** scan.low;
    }
  }

  /** T.81 G.1.2.3: one more bit for every coefficient that is not zero yet known, and new ones of size one. */
  #alternatingRefine(scan: Scan, bits: JpegBits, state: { endOfBandRun: number }, at: number): void {
    if (!scan.ac) throw new DecodeFault("frame-damaged", "JPEG Huffman table missing");
    const step = 1 << scan.low;
    const refine = (index: number): void => {
      const value = this.#coefficients[index] ?? 0;
      if (bits.bit() === 1 && (Math.abs(value) & step) === 0)
        this.#coefficients[index] = value + (value > 0 ? step : -step);
    };
    let k = scan.first;
    if (state.endOfBandRun === 0) {
      while (k <= scan.last) {
        const symbol = bits.symbol(scan.ac);
        let run = symbol >> 4;
        let fresh = 0;
        if ((symbol & 15) === 0) {
          if (run < 15) {
            state.endOfBandRun = (1 << run) + (run > 0 ? bits.bits(run) : 0);
            break;
          }
        } else fresh = bits.bit() === 1 ? step : -step;
        for (; k <= scan.last; k++) {
          if ((this.#coefficients[at + k] ?? 0) !== 0) refine(at + k);
          else if (run === 0) {
            if (fresh !== 0) this.#coefficients[at + k] = fresh;
            k++;
            break;
          } else run--;
        }
      }
    }
    if (state.endOfBandRun > 0) {
      for (; k <= scan.last; k++) if ((this.#coefficients[at + k] ?? 0) !== 0) refine(at + k);
      state.endOfBandRun--;
    }
  }
}
