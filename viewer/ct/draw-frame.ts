import type { EnabledElement } from "cornerstone-core";
import { windowedPixels } from "../../core/image/windowed-pixels.ts";
import { engine } from "./engine.ts";
import { isFrameImage } from "./frame-image.ts";

interface Source {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly data: ImageData;
  readonly words: Uint32Array;
  key: string;
}

/** What was last windowed for an element, so that pan and zoom only copy. */
const sources = new WeakMap<HTMLElement, Source>();

/**
 * Draws the image of an enabled element in place of the engine's own renderer: windowing exactly as PS3.3 C.11.2 has it
 * (see window-value.ts), opaque grey, no detour over the alpha channel. The engine keeps the transform, which its tools
 * also use.
 */
export function drawFrame(enabledElement: EnabledElement): void {
  const { canvas, element, image, viewport } = enabledElement;
  const context = canvas.getContext("2d");
  if (!context || !isFrameImage(image)) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const source = sourceFor(element, image.decoded.columns, image.decoded.rows);
  if (!source) return;
  const window = { center: viewport.voi.windowCenter, width: viewport.voi.windowWidth };
  const key = `${image.imageId} ${image.reduction} ${image.transferSyntaxUid} ${window.center} ${window.width} ${viewport.invert}`;
  if (source.key !== key) {
    const windowing = { window, voiFunction: image.frame.voiFunction, invert: viewport.invert };
    windowedPixels(image.decoded, image.frame, windowing, source.words);
    source.context.putImageData(source.data, 0, 0);
    source.key = key;
  }
  engine.setToPixelCoordinateSystem(enabledElement, context);
  const at = context.getTransform();
  if (Math.abs(at.a) === 1 && Math.abs(at.d) === 1 && at.b === 0 && at.c === 0) {
    // At 1:1 a screen pixel is an image pixel; half a pixel of offset would blur it.
    context.setTransform(at.a, 0, 0, at.d, Math.round(at.e), Math.round(at.f));
  }
  context.imageSmoothingEnabled = !viewport.pixelReplication;
  context.imageSmoothingQuality = viewport.scale < 0.7 ? "medium" : "low";
  drawSource(context, source.canvas, image.reduction);
}

/**
 * A preview's pixel is the low pass around the first of the pixels it stands for (ISO/IEC 15444-1 annex F): drawn there it
 * lies where the whole will lie.
 */
function drawSource(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, reduction: number): void {
  const factor = 2 ** reduction;
  const offset = (1 - factor) / 2;
  context.drawImage(canvas, offset, offset, canvas.width * factor, canvas.height * factor);
}

function sourceFor(element: HTMLElement, columns: number, rows: number): Source | undefined {
  const known = sources.get(element);
  if (known?.canvas.width === columns && known.canvas.height === rows) return known;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return undefined;
  const data = context.createImageData(columns, rows);
  const source = { canvas, context, data, words: new Uint32Array(data.data.buffer), key: "" };
  sources.set(element, source);
  return source;
}
