import type { Request } from "express";
import { DomainError } from "../../core/errors.ts";
import type { Region, ScaleRequest } from "../../core/image/picture.ts";
import type { PixelFormat } from "../../core/image/study-model.ts";
import type { VoiFunction, WindowLevel } from "../../core/image/window-level.ts";

/** What a client asks of a rendered picture (PS3.18 §8.3.5.1). */
export interface RenderedQuery {
  readonly windowing: { readonly window: WindowLevel; readonly voiFunction: VoiFunction } | null;
  readonly viewport: Viewport | null;
  readonly quality: number;
}

export interface Viewport {
  /** What the picture has to fit into; its own size when not given. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  readonly region: Partial<Region> | Fractions;
}

/** A region in parts of the image, 0 to 1 (PS3.18 §9.5.1.2.5). */
export interface Fractions {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** A picture that no screen shows whole. */
export const MAX_SIDE = 8192;
const DEFAULT_QUALITY = 90;
const FUNCTIONS: Readonly<Record<string, VoiFunction>> = {
  linear: "LINEAR",
  "linear-exact": "LINEAR_EXACT",
  sigmoid: "SIGMOID",
};

/** Throws `request-invalid` with the parameter's name. */
export function renderedQuery(query: Request["query"]): RenderedQuery {
  return {
    windowing: windowOf(textOf(query, "window")),
    viewport: viewportOf(textOf(query, "viewport")),
    quality: qualityOf(textOf(query, "quality")),
  };
}

/** Region and size for a frame of this format: fitted into the viewport, with its proportions kept; null for the whole. */
export function scaleOf(viewport: Viewport | null, format: PixelFormat): ScaleRequest | null {
  if (!viewport) return null;
  const region = regionOf(viewport.region, format);
  const { left, top } = region;
  if (
    region.columns < 1 ||
    region.rows < 1 ||
    left + region.columns > format.columns ||
    top + region.rows > format.rows
  )
    throw invalid("viewport");
  const { size } = viewport;
  const scale = size ? Math.min(size.columns / region.columns, size.rows / region.rows) : 1;
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { region, columns: side(region.columns), rows: side(region.rows) };
}

function regionOf(region: Partial<Region> | Fractions, format: PixelFormat): Region {
  if ("xMin" in region) {
    // every pixel of which the region holds a part
    const [left, top] = [Math.floor(region.xMin * format.columns), Math.floor(region.yMin * format.rows)];
    const [right, bottom] = [Math.ceil(region.xMax * format.columns), Math.ceil(region.yMax * format.rows)];
    return { left, top, columns: right - left, rows: bottom - top };
  }
  const { left = 0, top = 0 } = region;
  return { left, top, columns: region.columns ?? format.columns - left, rows: region.rows ?? format.rows - top };
}

export function windowOf(text: string | undefined): RenderedQuery["windowing"] {
  if (text === undefined) return null;
  const [center, width, name = "linear", ...more] = text.split(",");
  const window = { center: numberIn(center, "window"), width: numberIn(width, "window") };
  const voiFunction = FUNCTIONS[name.toLowerCase()];
  if (!voiFunction || more.length > 0 || window.width < (voiFunction === "LINEAR" ? 1 : Number.MIN_VALUE))
    throw invalid("window");
  return { window, voiFunction };
}

/** `vw,vh` or `vw,vh,sx,sy,sw,sh`; an empty source value is its default. Mirrored regions (negative sizes) are not given. */
function viewportOf(text: string | undefined): Viewport | null {
  if (text === undefined) return null;
  const parts = text.split(",");
  if (parts.length !== 2 && parts.length !== 6) throw invalid("viewport");
  const [columns, rows, left, top, width, height] = parts.map((part) => {
    if (part.trim() === "") return undefined;
    const value = Math.round(numberIn(part, "viewport"));
    if (value < 0 || value > 65_535) throw invalid("viewport");
    return value;
  });
  if (!columns || !rows || columns > MAX_SIDE || rows > MAX_SIDE) throw invalid("viewport");
  return {
    size: { columns, rows },
    region: {
      ...(left !== undefined && { left }),
      ...(top !== undefined && { top }),
      ...(width !== undefined && { columns: width }),
      ...(height !== undefined && { rows: height }),
    },
  };
}

export function qualityOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_QUALITY;
  const quality = numberIn(text, "quality");
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) throw invalid("quality");
  return quality;
}

function numberIn(text: string | undefined, where: string): number {
  if (text === undefined || !/^-?\d{1,9}(\.\d{1,9})?$/.test(text.trim())) throw invalid(where);
  return Number(text);
}

function textOf(query: Request["query"], name: string): string | undefined {
  const value = query[name];
  if (value !== undefined && typeof value !== "string") throw invalid(name);
  return value;
}

function invalid(where: string): DomainError {
  return new DomainError("request-invalid", { where });
}
