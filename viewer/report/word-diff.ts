export interface DiffPart {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** Beyond this many differing words a comparison word by word says nothing any more: the whole is shown as replaced. */
const MOST_EDITS = 600;

/**
 * Words added and removed between two texts, in reading order; the "same" and "removed" parts joined are `before`, the
 * "same" and "added" parts joined are `after`. E. Myers, An O(ND) Difference Algorithm and Its Variations (1986).
 */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  const a = words(before);
  const b = words(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const parts: DiffPart[] = [
    { kind: "same", text: a.slice(0, head).join("") },
    ...editScript(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    { kind: "same", text: a.slice(a.length - tail).join("") },
  ];
  return joined(parts);
}

const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

function words(text: string): string[] {
  return Array.from(segmenter.segment(text), (piece) => piece.segment);
}

function editScript(a: readonly string[], b: readonly string[]): readonly DiffPart[] {
  const trace = shortestEdits(a, b);
  if (trace === null)
    return [
      { kind: "removed", text: a.join("") },
      { kind: "added", text: b.join("") },
    ];
  const parts: DiffPart[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reached = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const at = (diagonal: number) => reached.get(diagonal) ?? -1;
    const from = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(from);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      parts.push({ kind: "same", text: a[--x] ?? "" });
      y--;
    }
    if (d === 0) break;
    if (x > fromX) parts.push({ kind: "removed", text: a[--x] ?? "" });
    else parts.push({ kind: "added", text: b[--y] ?? "" });
  }
  return parts.reverse();
}

/** For each number of edits, how far every diagonal had come before it; null past MOST_EDITS. */
function shortestEdits(a: readonly string[], b: readonly string[]): readonly ReadonlyMap<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= MOST_EDITS; d++) {
    trace.push(furthest);
    const next = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (next.get(k - 1) ?? -1) < (next.get(k + 1) ?? -1));
      let x = down ? (next.get(k + 1) ?? 0) : (next.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return trace;
    }
    furthest = next;
  }
  return null;
}

function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const whole: DiffPart[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (part.text === "") continue;
    if (last?.kind === part.kind) whole[whole.length - 1] = { kind: part.kind, text: last.text + part.text };
    else whole.push(part);
  }
  return whole;
}
