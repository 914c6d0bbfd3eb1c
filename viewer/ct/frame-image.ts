import type { EngineImage } from "cornerstone-core";
import type { DecodedFrame } from "../../core/decode/decoded-frame.ts";
import type { Frame } from "../../core/image/study-model.ts";

/** A decoded frame as the engine takes it. The tools read `frame` and `decoded` back for measuring. */
export interface FrameImage extends EngineImage {
  readonly frame: Frame;
  readonly decoded: DecodedFrame;
  readonly transferSyntaxUid: string;
}

export function isFrameImage(image: EngineImage | undefined): image is FrameImage {
  return image !== undefined && "decoded" in image;
}
