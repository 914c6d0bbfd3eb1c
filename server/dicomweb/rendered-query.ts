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

interface Viewport {
  readonly columns: number;
  readonly rows: number;
  readonly region: Partial<Region>;
}

const DEFAULT_QUALITY = 90;
/** A picture that no screen shows whole. */
const MAX_SIDE = 8192;
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
  const left = viewport.region.left ?? 0;
  const top = viewport.region.top ?? 0;
  const region = {
    left,
    top,
    columns: viewport.region.columns ?? format.columns - left,
    rows: viewport.region.rows ?? format.rows - top,
  };
  if (
    region.columns < 1 ||
    region.rows < 1 ||
    left + region.columns > format.columns ||
    top + region.rows > format.rows
  )
    throw invalid("viewport");
  const scale = Math.min(viewport.columns / region.columns, viewport.rows / region.rows);
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { region, columns: side(region.columns), rows: side(region.rows) };
}

function windowOf(text: string | undefined): RenderedQuery["windowing"] {
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
    columns,
    rows,
    region: {
      ...(left !== undefined && { left }),
      ...(top !== undefined && { top }),
      ...(width !== undefined && { columns: width }),
      ...(height !== undefined && { rows: height }),
    },
  };
}

function qualityOf(text: string | undefined): number {
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
