/** A window in the unit of the rescaled values (HU for CT). */
export interface WindowLevel {
  readonly center: number;
  readonly width: number;
}

/** VOI LUT Function, PS3.3 C.11.2.1.3. */
export type VoiFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

export interface WindowPreset extends WindowLevel {
  readonly name: "lung" | "mediastinum" | "bone" | "brain" | "abdomen";
  /** The key that sets it. */
  readonly key: string;
}

export const WINDOW_PRESETS: readonly WindowPreset[] = [
  { name: "lung", key: "1", center: -600, width: 1500 },
  { name: "mediastinum", key: "2", center: 40, width: 400 },
  { name: "bone", key: "3", center: 400, width: 1800 },
  { name: "brain", key: "4", center: 40, width: 80 },
  { name: "abdomen", key: "5", center: 60, width: 360 },
];

export function presetOf(window: WindowLevel): WindowPreset | undefined {
  return WINDOW_PRESETS.find((preset) => preset.center === window.center && preset.width === window.width);
}

export function sameWindow(a: WindowLevel, b: WindowLevel): boolean {
  return a.center === b.center && a.width === b.width;
}

/** The window a frame opens with: its own first, then soft tissue for HU, then everything between its darkest and brightest. */
export function defaultWindow(
  frame: {
    readonly windows: readonly WindowLevel[];
    readonly rescale: { readonly slope: number; readonly intercept: number; readonly unit: string };
  },
  range: { readonly min: number; readonly max: number },
): WindowLevel {
  const own = frame.windows[0];
  if (own) return own;
  if (frame.rescale.unit === "HU") return { center: 40, width: 400 };
  const ends = [range.min, range.max].map((value) => value * frame.rescale.slope + frame.rescale.intercept);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  // LINEAR maps low to black and high to white exactly when w = high - low + 1 and c = low + w/2 (C.11.2.1.2.1).
  const width = Math.max(1, high - low + 1);
  return { center: low + width / 2, width };
}

/**
 * A drag of the window tool: right is wider, down is a higher centre. One pixel is 1/300 of the width the drag started
 * with, so a brain window moves in fine steps and a lung window in coarse ones.
 */
export function dragWindow(start: WindowLevel, dxPx: number, dyPx: number): WindowLevel {
  const step = Math.max(start.width, 30) / 300;
  const round = (value: number): number => (start.width >= 10 ? Math.round(value) : Math.round(value * 100) / 100);
  return {
    width: Math.max(start.width >= 10 ? 1 : 0.01, round(start.width + dxPx * step)),
    center: round(start.center + dyPx * step),
  };
}
