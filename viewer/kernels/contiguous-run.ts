export interface Run {
  /** First and last place, both in it. */
  readonly from: number;
  readonly to: number;
}

/**
 * Places to fetch in one go: `first`, and of `wished` (in the order of the wish) each that touches the run at one of its ends
 * and fits. So the run grows to both sides as the wish does, and holds nothing that is not wished for.
 */
export function contiguousRun(
  first: number,
  wished: Iterable<number>,
  bytesOf: (place: number) => number,
  most: { readonly count: number; readonly bytes: number },
): Run {
  let [from, to, bytes] = [first, first, bytesOf(first)];
  for (const place of wished) {
    if (to - from + 1 >= most.count) break;
    if (place !== from - 1 && place !== to + 1) continue;
    const more = bytesOf(place);
    if (bytes + more > most.bytes) break;
    bytes += more;
    from = Math.min(from, place);
    to = Math.max(to, place);
  }
  return { from, to };
}
