const ONCE = ["reading:first-image", "reading:preview-complete", "reading:lossless-complete"] as const;

/** User Timing marks of the reading page. An ECG is whole when it is drawn, so its first picture is also its last. */
export function markDrawn(began: number): void {
  performance.measure("reading:image-rendered", { start: began, end: performance.now() });
  for (const mark of ONCE) if (performance.getEntriesByName(mark, "mark").length === 0) performance.mark(mark);
}
