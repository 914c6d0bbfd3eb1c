import { atDepth, type EllipseShape } from "./outline.ts";
import { TISSUE, type TissueLabel } from "./tissue.ts";

/** Something round that runs down through the slices. */
export interface Course {
  readonly tissue: TissueLabel;
  readonly wobble: number;
  /** [depth, x, y, rx, ry, turn] in mm and radians, in rising depth. */
  readonly frames: readonly (readonly number[])[];
}

/** One line a course: tissue name, wobble, then frames `depth,x,y,rx,ry[,turn]`. What follows `#` is a remark. */
export function courses(table: string): readonly Course[] {
  return table
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", wobble, ...frames] = line.split(/\s+/);
      if (!(name in TISSUE)) throw new RangeError(`no tissue is called ${name}`);
      return {
        tissue: TISSUE[name as keyof typeof TISSUE],
        wobble: Number(wobble),
        frames: frames.map((frame) => frame.split(",").map(Number)),
      };
    });
}

/** The cut through a course, or nothing where it does not reach. */
export function courseShape({ frames, wobble }: Course, depthMm: number): EllipseShape | undefined {
  const frame = atDepth(depthMm, frames);
  if (!frame) return undefined;
  const [x = 0, y = 0, rx = 0, ry = 0, turn = 0] = frame;
  return { x, y, rx, ry, turn, wobble, variant: depthMm / 40 };
}
