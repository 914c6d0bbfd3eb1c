export interface ScaleBar {
  readonly mm: number;
  readonly px: number;
}

/** The longest bar of 1, 2 or 5 times a power of ten millimetres that is no longer than `mostPx`. */
export function scaleBar(mmPerPx: number, mostPx: number): ScaleBar | undefined {
  const most = mmPerPx * mostPx;
  if (!(most > 0) || !Number.isFinite(most)) return undefined;
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= most) ?? 1;
  return { mm: factor * power, px: (factor * power) / mmPerPx };
}
