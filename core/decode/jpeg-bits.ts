import { DecodeFault } from "./decode-fault.ts";

/** Codes this short are found in one look. */
const LOOK = 9;

/** Huffman codes by length, T.81 F.2.2.3: the code of a symbol of length l lies between `least[l]` and `most[l]`. */
export interface HuffmanTable {
  readonly least: Int32Array;
  readonly most: Int32Array;
  readonly offset: Int32Array;
  readonly values: Uint8Array;
  /** For the next LOOK bits: length of the code in the upper byte, its symbol in the lower; 0 when the code is longer. */
  readonly look: Uint16Array;
}

function huffmanTable(counts: readonly number[], values: readonly number[]): HuffmanTable {
  const least = new Int32Array(17);
  const most = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  const look = new Uint16Array(1 << LOOK);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    least[length] = code;
    offset[length] = index;
    if (count > 0) most[length] = code + count - 1;
    if (length <= LOOK) {
      for (let step = 0; step < count; step++) {
        const from = (code + step) << (LOOK - length);
        look.fill((length << 8) | (values[index + step] ?? 0), from, from + (1 << (LOOK - length)));
      }
    }
    code = (code + count) << 1;
    index += count;
  }
  return { least, most, offset, values: Uint8Array.from(values), look };
}

/** The tables of one DHT segment. The upper half of `slot` is 0 for DC or lossless, 1 for AC. */
export function readHuffmanTables(
  segment: DataView,
): readonly { readonly slot: number; readonly table: HuffmanTable }[] {
  const tables = [];
  let at = 0;
  while (at + 17 <= segment.byteLength) {
    const slot = segment.getUint8(at);
    const start = at + 1;
    const counts = Array.from({ length: 16 }, (_, index) => segment.getUint8(start + index));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = Array.from({ length: total }, (_, index) => segment.getUint8(start + 16 + index));
    tables.push({ slot, table: huffmanTable(counts, values) });
    at = start + 16 + total;
  }
  return tables;
}

/** The entropy-coded bits of one scan: undoes byte stuffing, stops at a marker. Past the end it gives zeros, as T.81 lets it. */
export class JpegBits {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** The lowest `#count` bits are the next ones. */
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    return this.bits(1);
  }

  /** Up to 16 bits. */
  bits(length: number): number {
    if (length === 0) return 0;
    if (this.#count < length) this.#fill();
    this.#count -= length;
    return (this.#held >>> this.#count) & ((1 << length) - 1);
  }

  /** RECEIVE and EXTEND, T.81 F.2.2.1. */
  signedValue(size: number): number {
    if (size === 0) return 0;
    const value = this.bits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const found = table.look[(this.#held >>> (this.#count - LOOK)) & ((1 << LOOK) - 1)] ?? 0;
    if (found !== 0) {
      this.#count -= found >> 8;
      return found & 255;
    }
    for (let length = LOOK + 1; length <= 16; length++) {
      const code = (this.#held >>> (this.#count - length)) & ((1 << length) - 1);
      const most = table.most[length] ?? -1;
      if (most >= 0 && code <= most && code >= (table.least[length] ?? 0)) {
        this.#count -= length;
        return table.values[(table.offset[length] ?? 0) + code - (table.least[length] ?? 0)] ?? 0;
      }
    }
    throw new DecodeFault("frame-damaged", "JPEG Huffman code");
  }

  /** Drops what is held and steps over the RSTn marker. */
  restart(): void {
    this.#count = 0;
    this.#held = 0;
    while (this.#at + 1 < this.#bytes.length) {
      const marker = this.#bytes[this.#at + 1] ?? 0;
      if (this.#bytes[this.#at] === 0xff && marker >= 0xd0 && marker <= 0xd7) {
        this.#at += 2;
        return;
      }
      this.#at++;
    }
  }

  /** How far it has read: never beyond the marker that ends the scan. */
  used(): number {
    return this.#at;
  }

  #fill(): void {
    while (this.#count <= 16) {
      this.#held = ((this.#held & 0xffff) << 8) | this.#nextByte();
      this.#count += 8;
    }
  }

  #nextByte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return 0;
    if (byte !== 0xff) {
      this.#at++;
      return byte;
    }
    if (this.#bytes[this.#at + 1] !== 0) return 0; // a marker: the scan is over
    this.#at += 2;
    return 0xff;
  }
}
