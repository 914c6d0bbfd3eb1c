/** What a reader can draw on a frame, with the number of points that make it. */
export const MARK_POINTS = { length: 2, ellipse: 2, rectangle: 2, probe: 1 } as const;

export type MarkName = keyof typeof MARK_POINTS;

export const MARK_NAMES = ["length", "ellipse", "rectangle", "probe"] as const satisfies readonly MarkName[];
