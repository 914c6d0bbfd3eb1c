import type { CanvasPoint } from "cornerstone-core";
import type { DecodedFrame } from "../../core/decode/decoded-frame.ts";
import type { Frame } from "../../core/image/study-model.ts";
import type { MarkName } from "../../core/reading/mark-names.ts";
import type { Text } from "../i18n/use-text.ts";
import { distanceMm } from "../kernels/distance-mm.ts";
import { type RoiShape, roiStatistics } from "../kernels/roi-statistics.ts";

/** What is measured on: a frame, with its pixels as soon as they are here. */
export interface MeasuredImage {
  readonly frame: Frame;
  readonly decoded: DecodedFrame | undefined;
}

export interface MarkKind {
  readonly name: MarkName;
  /** One point instead of two. */
  readonly single: boolean;
  /** The outline in image pixels: a line for two points or more, none for a point. */
  readonly outline: (start: CanvasPoint, end: CanvasPoint) => readonly CanvasPoint[];
  /** Lines of text, in the language of the moment; none while the pixels that it needs are not here. */
  readonly lines: (image: MeasuredImage, start: CanvasPoint, end: CanvasPoint, text: Text) => readonly string[];
}

const ELLIPSE_STEPS = 72;

export const MARK_KINDS: Readonly<Record<MarkName, MarkKind>> = {
  length: { name: "length", single: false, outline: (start, end) => [start, end], lines: lengthLines },
  ellipse: {
    name: "ellipse",
    single: false,
    outline: (a, b) =>
      Array.from({ length: ELLIPSE_STEPS + 1 }, (_, step) => {
        const angle = (step / ELLIPSE_STEPS) * 2 * Math.PI;
        return {
          x: (a.x + b.x) / 2 + ((b.x - a.x) / 2) * Math.cos(angle),
          y: (a.y + b.y) / 2 + ((b.y - a.y) / 2) * Math.sin(angle),
        };
      }),
    lines: (image, a, b, text) => roiLines("ellipse", image, a, b, text),
  },
  rectangle: {
    name: "rectangle",
    single: false,
    outline: (a, b) => [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }, a],
    lines: (image, a, b, text) => roiLines("rectangle", image, a, b, text),
  },
  probe: {
    name: "probe",
    single: true,
    outline: () => [],
    lines: (image, _start, end, text) => probeLines(image, end, text),
  },
};

function lengthLines(image: MeasuredImage, start: CanvasPoint, end: CanvasPoint, text: Text): readonly string[] {
  const { spacing } = image.frame;
  if (!spacing) return [text("ct.no-pixel-spacing")];
  const mm = `${distanceMm(start, end, spacing).toFixed(1)} mm`;
  return spacing.at === "imager" ? [mm, text("ct.at-imager")] : [mm];
}

function roiLines(
  shape: RoiShape,
  image: MeasuredImage,
  a: CanvasPoint,
  b: CanvasPoint,
  text: Text,
): readonly string[] {
  const { decoded, frame } = image;
  if (!decoded) return [];
  if (decoded.kind !== "grey") return [text("ct.no-values-in-colour")];
  const { rows, columns, pixels } = decoded;
  const found = roiStatistics({ rows, columns, pixels, rescale: frame.rescale, spacing: frame.spacing }, shape, a, b);
  if (!found) return [text("ct.roi-too-small")];
  const unit = frame.rescale.unit ? ` ${frame.rescale.unit}` : "";
  const area =
    found.areaMm2 === undefined
      ? text("ct.area-pixels", { count: found.count })
      : text("ct.area", { mm2: found.areaMm2 >= 100 ? found.areaMm2.toFixed(0) : found.areaMm2.toFixed(1) });
  return [
    text("ct.mean-sd", { mean: found.mean.toFixed(1), sd: found.standardDeviation.toFixed(1) }) + unit,
    text("ct.min-max", { min: plain(found.min), max: plain(found.max) }) + unit,
    frame.spacing?.at === "imager" ? `${area} ${text("ct.at-imager")}` : area,
  ];
}

function probeLines(image: MeasuredImage, at: CanvasPoint, text: Text): readonly string[] {
  const { decoded, frame } = image;
  if (!decoded) return [];
  const x = Math.floor(at.x);
  const y = Math.floor(at.y);
  if (x < 0 || y < 0 || x >= decoded.columns || y >= decoded.rows) return [];
  const index = y * decoded.columns + x;
  if (decoded.kind === "colour") {
    const [red = 0, green = 0, blue = 0] = decoded.rgba.subarray(index * 4, index * 4 + 3);
    return [`R ${red} G ${green} B ${blue}`];
  }
  const value = (decoded.pixels[index] ?? 0) * frame.rescale.slope + frame.rescale.intercept;
  const unit = frame.rescale.unit || text("ct.value");
  return [frame.rescale.unit ? `${plain(value)} ${unit}` : `${unit} ${plain(value)}`];
}

function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
