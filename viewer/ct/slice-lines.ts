import { sliceGapMm } from "../../core/image/slice-gap.ts";
import { presetOf, type WindowLevel } from "../../core/image/window-level.ts";
import type { Text } from "../i18n/use-text.ts";
import type { ViewportSnapshot } from "./viewport-snapshot.ts";

/** The lower left corner: which slice, where, how thick, how far apart. */
export function sliceLines({ series, slice, frame }: ViewportSnapshot, text: Text): readonly string[] {
  if (!series) return [];
  const gap = sliceGapMm(series.frames, slice);
  const spacing = frame?.spacing;
  const thickness = [
    frame?.thicknessMm !== undefined ? text("ct.thickness", { mm: short(frame.thicknessMm) }) : "",
    gap !== undefined ? text("ct.gap", { mm: short(gap) }) : "",
  ].filter(Boolean);
  const pixel = spacing
    ? spacing.rowMm === spacing.columnMm
      ? short(spacing.rowMm)
      : `${short(spacing.columnMm)} × ${short(spacing.rowMm)}`
    : undefined;
  return [
    text("ct.slice-of", { slice: slice + 1, slices: series.frames.length }),
    frame?.geometry ? text("ct.position", { mm: frame.geometry.along.toFixed(1) }) : "",
    thickness.join("  "),
    pixel === undefined
      ? frame
        ? text("ct.no-pixel-spacing")
        : ""
      : text("ct.pixel", { mm: pixel }) + (spacing?.at === "imager" ? text("ct.at-imager") : ""),
  ].filter(Boolean);
}

/** The lower right corner: window with the name of its preset, zoom, and what was done to the pixels. */
export function windowLines(snapshot: ViewportSnapshot, text: Text): readonly string[] {
  const { window, windowFromFile, isColour, zoom, inverted, state } = snapshot;
  if (state === "failed" || !window) return [];
  const preset = presetOf(window);
  const named = preset ? text(`ct.preset-${preset.name}`) : windowFromFile ? text("ct.window-from-file") : "";
  return [
    inverted ? text("ct.inverted") : "",
    isColour ? "" : named,
    isColour
      ? ""
      : text("ct.window-values", {
          width: windowNumber(window.width, window),
          center: windowNumber(window.center, window),
        }),
    text("ct.zoom-percent", { percent: Math.round(zoom * 100) }),
  ].filter(Boolean);
}

/** Transfer syntaxes that always lose something: JPEG with DCT, near-lossless JPEG-LS. */
const LOSSY_SYNTAXES = new Set(["50", "51", "53", "55", "81"].map((end) => `1.2.840.10008.1.2.4.${end}`));

/** The mark PS3.3 C.7.6.1.1.5 asks for, with the ratio where it is known. */
export function lossyLine({ frame, transferSyntaxUid }: ViewportSnapshot, text: Text): string | undefined {
  if (frame?.lossy?.ratio !== undefined) return text("ct.lossy-ratio", { ratio: short(frame.lossy.ratio) });
  return frame?.lossy || LOSSY_SYNTAXES.has(transferSyntaxUid) ? text("ct.lossy") : undefined;
}

/** Up to three decimals, without zeros at the end. */
function short(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** A file may carry a window like 2061.636; only narrow windows need their decimals. */
function windowNumber(value: number, { width }: WindowLevel): string {
  return String(width >= 10 ? Math.round(value) : Number(value.toFixed(2)));
}
