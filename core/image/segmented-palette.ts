/** Expands a Segmented Palette Color Lookup Table (PS3.3 C.7.9.2): discrete, linear and indirect segments. */
export function expandSegmentedPalette(words: readonly number[]): readonly number[] {
  const entries: number[] = [];
  expand(words, 0, Number.POSITIVE_INFINITY, entries, true);
  return entries;
}

function expand(words: readonly number[], from: number, segments: number, entries: number[], mayJump: boolean): void {
  let at = from;
  for (let segment = 0; segment < segments && at + 1 < words.length; segment++) {
    const kind = words[at] ?? 0;
    const length = words[at + 1] ?? 0;
    at += 2;
    if (kind === 0) {
      entries.push(...words.slice(at, at + length));
      at += length;
    } else if (kind === 1) {
      const start = entries.at(-1) ?? 0;
      const end = words[at] ?? 0;
      at += 1;
      for (let step = 1; step <= length; step++) entries.push(Math.round(start + ((end - start) * step) / length));
    } else if (kind === 2 && mayJump) {
      const byteOffset = (words[at] ?? 0) + (words[at + 1] ?? 0) * 65536;
      at += 2;
      expand(words, byteOffset >> 1, length, entries, false);
    } else return;
  }
}
