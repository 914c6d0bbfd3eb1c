import type { SliceGrid } from "./slice-canvas.ts";

/** A body that can be cut: what the scanner would see without blur and noise. */
export interface CtAnatomy {
  readonly fieldOfViewMm: number;
  /** How far the scan goes down from its top. */
  readonly coverageMm: number;
  /** Standard deviation of noise in HU at the middle of the body, in a thin slice with a sharp kernel. */
  readonly noiseHu: number;
  /** HU of the plane `depthMm` below the top of the scan. */
  plane(depthMm: number, grid: SliceGrid): Float32Array;
}
