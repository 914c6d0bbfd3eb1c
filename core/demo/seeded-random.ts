import { createHash } from "node:crypto";

/** A stream of numbers that the seed alone decides. */
export interface SeededRandom {
  /** In [0, 1). */
  uniform(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

/** Small fast counter generator (sfc32, Chris Doty-Humphrey, PractRand), seeded with a hash of the parts. */
export function seededRandom(...seed: readonly (string | number)[]): SeededRandom {
  const digest = createHash("sha256").update(seed.join("\u0000")).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  let spare: number | undefined;

  function uniform(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** Box and Muller: two values a call, one kept for the next. */
  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return { uniform, between: (low, high) => low + (high - low) * uniform(), normal };
}
