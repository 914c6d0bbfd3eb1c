import type { Outline } from "./outline.ts";

/** A square plane of pixels whose middle is the origin. */
export interface SliceGrid {
  readonly size: number;
  readonly spacingMm: number;
}

/** Centre of column or row `index`, in mm. */
export function pixelCentreMm(grid: SliceGrid, index: number): number {
  return (index - (grid.size - 1) / 2) * grid.spacingMm;
}

/** The column or row, with its fraction, that lies at `mm`. */
export function pixelAtMm(grid: SliceGrid, mm: number): number {
  return mm / grid.spacingMm + (grid.size - 1) / 2;
}

/** What is where: one tissue label a pixel. Labels are painted in hard edges; the scanner's blur comes afterwards. */
export interface SliceCanvas {
  readonly grid: SliceGrid;
  readonly labels: Uint8Array;
}

export function sliceCanvas(grid: SliceGrid): SliceCanvas {
  return { grid, labels: new Uint8Array(grid.size * grid.size) };
}

/** Fills the outline (even-odd) with the label; with `over`, only where one of these labels was. */
export function paint({ grid, labels }: SliceCanvas, outline: Outline, label: number, over?: readonly number[]): void {
  const { size } = grid;
  const count = outline.length / 2;
  const rows: number[][] = [];
  let firstRow = size;
  for (let i = 0; i < count; i++) {
    const next = i + 1 === count ? 0 : i + 1;
    const [x0, y0] = [pixelAtMm(grid, outline[i * 2] ?? 0), pixelAtMm(grid, outline[i * 2 + 1] ?? 0)];
    const [x1, y1] = [pixelAtMm(grid, outline[next * 2] ?? 0), pixelAtMm(grid, outline[next * 2 + 1] ?? 0)];
    if (y0 === y1) continue;
    const from = Math.max(0, Math.ceil(Math.min(y0, y1)));
    const to = Math.min(size, Math.ceil(Math.max(y0, y1)));
    if (from < firstRow && from < to) firstRow = from;
    const slope = (x1 - x0) / (y1 - y0);
    for (let row = from; row < to; row++) {
      const crossings = rows[row];
      if (crossings) crossings.push(x0 + (row - y0) * slope);
      else rows[row] = [x0 + (row - y0) * slope];
    }
  }
  const allowed = over && new Uint8Array(256);
  for (const each of over ?? []) if (allowed) allowed[each] = 1;
  for (let row = firstRow; row < rows.length; row++) {
    const crossings = rows[row];
    if (!crossings) continue;
    crossings.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = row * size + Math.max(0, Math.ceil(crossings[pair] ?? 0));
      const to = row * size + Math.min(size, Math.ceil(crossings[pair + 1] ?? 0));
      if (!allowed) {
        if (from < to) labels.fill(label, from, to);
      } else {
        for (let at = from; at < to; at++) if (allowed[labels[at] ?? 0]) labels[at] = label;
      }
    }
  }
}
