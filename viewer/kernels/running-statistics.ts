export interface PixelStatistics {
  /** Pixels whose centre is inside. */
  readonly count: number;
  readonly mean: number;
  /** Of the pixels themselves (divided by n). */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
}

export interface RunningStatistics {
  add(value: number): void;
  /** Undefined when nothing was added. */
  result(): PixelStatistics | undefined;
}

/** Welford's sums: exact enough for any HU range, and no list of the pixels. */
export function runningStatistics(): RunningStatistics {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add: (value) => {
      count++;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
      if (value < min) min = value;
      if (value > max) max = value;
    },
    result: () => (count === 0 ? undefined : { count, mean, standardDeviation: Math.sqrt(squares / count), min, max }),
  };
}
