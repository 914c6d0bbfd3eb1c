import type { Frame, ImageSeries } from "../../core/image/study-model.ts";
import type { WindowLevel } from "../../core/image/window-level.ts";
import type { EdgeLetters } from "../kernels/orientation-letters.ts";
import type { ScaleBar } from "../kernels/scale-bar.ts";
import type { LoadFaultInfo } from "./load-fault.ts";

/** `preview`: the slice is drawn small and scaled up, the whole is on its way. */
export type ViewportState = "empty" | "loading" | "preview" | "shown" | "failed";

/**
 * What a viewport says of itself. Everything but `target` and `state` describes the slice that is drawn (or, when it
 * failed, the slice that should be), so that text and image never disagree.
 */
export interface ViewportSnapshot {
  readonly state: ViewportState;
  readonly series: ImageSeries | undefined;
  /** Index of the slice in the series. */
  readonly slice: number;
  /** The slice the reader has gone to, which may still be on its way. */
  readonly target: number;
  readonly frame: Frame | undefined;
  readonly transferSyntaxUid: string;
  /** What is drawn is a preview, not for diagnosis. */
  readonly preview: boolean;
  readonly fault: LoadFaultInfo | undefined;
  readonly window: WindowLevel | undefined;
  /** The file's own window, not one the reader chose. */
  readonly windowFromFile: boolean;
  readonly isColour: boolean;
  /** Screen pixels to an image pixel. */
  readonly zoom: number;
  readonly inverted: boolean;
  readonly letters: EdgeLetters | undefined;
  readonly scaleBar: ScaleBar | undefined;
}

export const EMPTY_SNAPSHOT: ViewportSnapshot = {
  state: "empty",
  series: undefined,
  slice: 0,
  target: 0,
  frame: undefined,
  transferSyntaxUid: "",
  preview: false,
  fault: undefined,
  window: undefined,
  windowFromFile: false,
  isColour: false,
  zoom: 1,
  inverted: false,
  letters: undefined,
  scaleBar: undefined,
};
