import type { EcgPage } from "../kernels/ecg-layout.ts";
import type { EcgView } from "./ecg-view.ts";

export interface StageSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

export interface Offset {
  readonly x: number;
  readonly y: number;
}

/** Space around a paper that is smaller than the stage. */
const ROOM_PX = 12;
/** Ten seconds at 25 mm/s: a longer paper is fitted by its height and moved sideways. */
const WIDEST_FITTED_MM = 275;

/** Factor of true size. "auto" is true size as long as the paper fits. */
export function paperFactor(zoom: EcgView["zoom"], page: EcgPage, size: StageSize, pxPerMm: number): number {
  if (typeof zoom === "number") return zoom;
  if (size.width === 0 || size.height === 0) return 1;
  const fitted = Math.max(
    0.4,
    Math.min(
      (size.width - 2 * ROOM_PX) / (Math.min(page.widthMm, WIDEST_FITTED_MM) * pxPerMm),
      (size.height - 2 * ROOM_PX) / (page.heightMm * pxPerMm),
    ),
  );
  return zoom === "fit" ? fitted : Math.min(1, fitted);
}

/** Centres what fits, and keeps the edges of what doesn't from coming inside. */
export function clampPaper(offset: Offset, page: EcgPage, size: StageSize, pxPerMm: number): Offset {
  const along = (at: number, paper: number, stage: number) =>
    paper <= stage - 2 * ROOM_PX ? (stage - paper) / 2 : Math.min(ROOM_PX, Math.max(stage - paper - ROOM_PX, at));
  return {
    x: along(offset.x, page.widthMm * pxPerMm, size.width),
    y: along(offset.y, page.heightMm * pxPerMm, size.height),
  };
}
