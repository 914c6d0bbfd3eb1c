import { seededRandom } from "../../core/demo/seeded-random.ts";

/** Choices that the seed alone decides. */
interface Dice {
  /** Whole number in [0, below). */
  below(limit: number): number;
  oneOf<T>(values: readonly T[]): T;
}

export function dice(seed: number): Dice {
  const random = seededRandom("fuzz", seed);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  return { below, oneOf: (values) => values[below(values.length)] as (typeof values)[number] };
}

const EXTREMES = [
  0, 1, 2, 3, 4, 5, 6, 7, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0xfffffffe, 0xffffffff,
];

type Mutation = (bytes: Buffer, by: Dice) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes, by) => {
    bytes[by.below(bytes.length)] = by.below(256);
    return bytes;
  },
  (bytes, by) => {
    const at = by.below(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << by.below(8));
    return bytes;
  },
  // lengths and tags, of either byte order
  (bytes, by) => {
    if (bytes.length >= 4) bytes.writeUInt32BE(by.oneOf(EXTREMES), by.below(bytes.length - 3));
    return bytes;
  },
  (bytes, by) => {
    if (bytes.length >= 4) bytes.writeUInt32LE(by.oneOf(EXTREMES), by.below(bytes.length - 3));
    return bytes;
  },
  (bytes, by) => {
    if (bytes.length >= 2) bytes.writeUInt16BE(by.oneOf(EXTREMES) & 0xffff, by.below(bytes.length - 1));
    return bytes;
  },
  (bytes, by) => bytes.subarray(0, by.below(bytes.length)),
  (bytes, by) => {
    const from = by.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + by.below(32))]);
  },
  (bytes, by) => {
    const from = by.below(bytes.length);
    const again = bytes.subarray(from, from + by.below(64));
    const at = by.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), again, bytes.subarray(at)]);
  },
  (bytes, by) => {
    const at = by.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), noise(by, by.below(24)), bytes.subarray(at)]);
  },
];

/** The bytes with up to four things wrong with them; now and then none. */
export function mutated(bytes: Buffer, by: Dice): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let count = by.below(5); count > 0 && result.length > 0; count--) result = by.oneOf(MUTATIONS)(result, by);
  return result;
}

export function noise(by: Dice, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => by.below(256)));
}

/** The same bytes in pieces, as a network might deliver them. */
export function* inPieces(bytes: Buffer, by: Dice): Generator<Buffer> {
  const most = by.oneOf([1, 7, 64, 1024, bytes.length]);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + by.below(most);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
