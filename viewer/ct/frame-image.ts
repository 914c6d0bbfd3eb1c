import type { EngineImage } from "cornerstone-core";
import type { DecodedFrame } from "../../core/decode/decoded-frame.ts";
import type { Frame } from "../../core/image/study-model.ts";

/**
 * A decoded frame as the engine takes it. The tools read `frame` and `decoded` back for measuring. A preview has the size of
 * its frame, too, so that zoom and marks stay where they are when the whole takes its place.
 */
export interface FrameImage extends EngineImage {
  readonly frame: Frame;
  /** `decoded` is 2^reduction times smaller than the frame: 0 is the frame itself, anything else a preview, not to be measured. */
  readonly reduction: number;
  readonly decoded: DecodedFrame;
  readonly transferSyntaxUid: string;
}

export function isFrameImage(image: EngineImage | undefined): image is FrameImage {
  return image !== undefined && "decoded" in image;
}
