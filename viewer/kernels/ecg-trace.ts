/** Samples of one lead: value `i` was taken at `startS + i / samplingFrequencyHz`. NaN = none. */
export interface TraceSamples {
  readonly microvolts: Float32Array;
  readonly samplingFrequencyHz: number;
  readonly startS: number;
}

/** A piece of trace without a gap: time and microvolts in turn. */
export type TraceRun = Float64Array;

/**
 * What has to be drawn between two times at `columnsPerS` device pixels a second. Where a column holds more than a few
 * samples, only its first, least, greatest and last are kept, in their order: no peak is lost and no line is drawn twice.
 */
export function traceRuns(samples: TraceSamples, fromS: number, toS: number, columnsPerS: number): readonly TraceRun[] {
  const { microvolts, samplingFrequencyHz, startS } = samples;
  const first = Math.max(0, Math.ceil((fromS - startS) * samplingFrequencyHz - 1e-6));
  const last = Math.min(microvolts.length - 1, Math.floor((toS - startS) * samplingFrequencyHz + 1e-6));
  if (last < first) return [];
  const perColumn = Math.max(1, Math.floor(samplingFrequencyHz / columnsPerS));
  const keep = perColumn > 4;
  const runs: TraceRun[] = [];
  const run = new Float64Array(2 * (last - first + 1));
  let length = 0;
  const put = (index: number) => {
    run[length] = startS + index / samplingFrequencyHz;
    run[length + 1] = microvolts[index] ?? Number.NaN;
    length += 2;
  };
  const close = () => {
    if (length > 0) runs.push(run.slice(0, length));
    length = 0;
  };
  for (let index = first; index <= last; ) {
    if (Number.isNaN(microvolts[index])) {
      if (length > 0) close();
      index += 1;
      continue;
    }
    if (!keep) {
      put(index);
      index += 1;
      continue;
    }
    // columns are counted from sample 0, so that the picture stands still while the paper moves
    const end = Math.min(last + 1, (Math.floor(index / perColumn) + 1) * perColumn);
    let least = index;
    let greatest = index;
    let stop = index;
    while (stop < end && !Number.isNaN(microvolts[stop])) {
      if ((microvolts[stop] ?? 0) < (microvolts[least] ?? 0)) least = stop;
      if ((microvolts[stop] ?? 0) > (microvolts[greatest] ?? 0)) greatest = stop;
      stop += 1;
    }
    let previous = -1;
    for (const kept of [index, Math.min(least, greatest), Math.max(least, greatest), stop - 1]) {
      if (kept > previous) put(kept);
      previous = Math.max(previous, kept);
    }
    index = stop;
  }
  close();
  return runs;
}
