/** User Timing of the reading room: marks once a study, one measure a drawn image. */
export interface ReadingMarks {
  firstImage(): void;
  /** Every slice of the first series can be scrolled, at least as a preview. */
  previewComplete(): void;
  /** Every slice of the first series has come in whole. */
  losslessComplete(): void;
}

const FIRST_IMAGE = "reading:first-image";
const PREVIEW_COMPLETE = "reading:preview-complete";
const LOSSLESS_COMPLETE = "reading:lossless-complete";
const IMAGE_RENDERED = "reading:image-rendered";

/** The browser keeps every entry for ever; after this many measures the old ones are let go. */
const MOST_MEASURES = 2000;
let measures = 0;

export function readingMarks(): ReadingMarks {
  for (const name of [FIRST_IMAGE, PREVIEW_COMPLETE, LOSSLESS_COMPLETE]) performance.clearMarks(name);
  performance.clearMeasures(IMAGE_RENDERED);
  const set = new Set<string>();
  const once = (name: string): void => {
    if (set.has(name)) return;
    set.add(name);
    performance.mark(name);
  };
  return {
    firstImage: () => once(FIRST_IMAGE),
    previewComplete: () => once(PREVIEW_COMPLETE),
    losslessComplete: () => once(LOSSLESS_COMPLETE),
  };
}

export function measureImageRendered(durationMs: number): void {
  measures += 1;
  if (measures > MOST_MEASURES) {
    performance.clearMeasures(IMAGE_RENDERED);
    measures = 1;
  }
  const end = performance.now();
  performance.measure(IMAGE_RENDERED, { start: end - durationMs, end });
}
