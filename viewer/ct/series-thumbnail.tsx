import { type ReactNode, useEffect, useRef } from "react";
import type { ImageSeries } from "../../core/image/study-model.ts";
import { windowedPixels } from "../../core/image/windowed-pixels.ts";
import type { FrameImage } from "./frame-image.ts";
import type { ReadingSession } from "./reading-session.ts";
import { middleOf } from "./wanted-frames.ts";

const SIZE = 120;

/** The middle frame of a series through its own window, drawn once it has come in. */
export function SeriesThumbnail({
  series,
  session,
}: {
  readonly series: ImageSeries;
  readonly session: ReadingSession;
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const key = series.frames[middleOf(series)]?.key ?? "";
    const paint = (): boolean => {
      const image = session.store.drawable(key);
      if (image && canvas.current) paintThumbnail(canvas.current, image);
      return image !== undefined;
    };
    if (paint()) return;
    const unsubscribe = session.store.subscribe((changed) => {
      if (changed === key && paint()) unsubscribe();
    });
    return unsubscribe;
  }, [series, session]);
  return <canvas className="thumbnail-image" ref={canvas} width={SIZE} height={SIZE} />;
}

function paintThumbnail(target: HTMLCanvasElement, image: FrameImage): void {
  const whole = document.createElement("canvas");
  whole.width = image.decoded.columns;
  whole.height = image.decoded.rows;
  const wholeContext = whole.getContext("2d", { alpha: false });
  const context = target.getContext("2d", { alpha: false });
  if (!wholeContext || !context) return;
  const data = wholeContext.createImageData(whole.width, whole.height);
  const windowing = {
    window: { center: image.windowCenter, width: image.windowWidth },
    voiFunction: image.frame.voiFunction,
    invert: image.invert,
  };
  windowedPixels(image.decoded, image.frame, windowing, new Uint32Array(data.data.buffer));
  wholeContext.putImageData(data, 0, 0);
  const widthMm = image.columns * (image.columnPixelSpacing ?? 1);
  const heightMm = image.rows * (image.rowPixelSpacing ?? 1);
  const scale = SIZE / Math.max(widthMm, heightMm);
  const [width, height] = [widthMm * scale, heightMm * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, (SIZE - width) / 2, (SIZE - height) / 2, width, height);
}
