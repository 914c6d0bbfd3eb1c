import { type DecodedFrame, frameByteLength } from "../../core/decode/decoded-frame.ts";
import type { Frame } from "../../core/image/study-model.ts";
import { defaultWindow } from "../../core/image/window-level.ts";
import { drawFrame } from "./draw-frame.ts";
import type { FrameImage } from "./frame-image.ts";

export function makeFrameImage(
  frame: Frame,
  decoded: DecodedFrame,
  transferSyntaxUid: string,
  reduction = 0,
): FrameImage {
  const { rows, columns } = frame.format;
  const grey = decoded.kind === "grey" ? decoded : undefined;
  const window = grey ? defaultWindow(frame, grey) : { center: 128, width: 256 };
  return {
    imageId: `frame:${frame.key}`,
    minPixelValue: grey?.min ?? 0,
    maxPixelValue: grey?.max ?? 255,
    slope: frame.rescale.slope,
    intercept: frame.rescale.intercept,
    windowCenter: window.center,
    windowWidth: window.width,
    rows,
    columns,
    height: rows,
    width: columns,
    color: decoded.kind === "colour",
    invert: frame.format.photometricInterpretation === "MONOCHROME1",
    rowPixelSpacing: frame.spacing?.rowMm,
    columnPixelSpacing: frame.spacing?.columnMm,
    sizeInBytes: frameByteLength(decoded),
    getPixelData: () => (decoded.kind === "grey" ? decoded.pixels : decoded.rgba),
    render: drawFrame,
    frame,
    reduction,
    decoded,
    transferSyntaxUid,
  };
}
