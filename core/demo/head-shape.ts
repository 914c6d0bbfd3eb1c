import type { Outline } from "./outline.ts";

/** One of the egg-like shells of an invented head: half width, half length, height above its widest level, in mm. */
interface HeadShell {
  readonly halfWidth: number;
  readonly halfLength: number;
  readonly height: number;
}

/** Depth of the widest level below the crown. */
const WIDEST_MM = 80;

export const HEAD_SHELLS = {
  skin: { halfWidth: 77, halfLength: 94, height: 80 },
  scalpFat: { halfWidth: 75, halfLength: 92, height: 78 },
  skull: { halfWidth: 71.5, halfLength: 88.5, height: 74 },
  outerTable: { halfWidth: 69.7, halfLength: 86.5, height: 72 },
  innerTable: { halfWidth: 66.6, halfLength: 82.4, height: 68.6 },
  inside: { halfWidth: 65, halfLength: 80.6, height: 67 },
  brain: { halfWidth: 63, halfLength: 78.4, height: 64.6 },
} as const satisfies Record<string, HeadShell>;

/** The cut's size against the widest one; 0 above the shell. */
function shellScale({ height }: HeadShell, depthMm: number): number {
  const up = (WIDEST_MM - depthMm) / height;
  if (up > 0) return up >= 1 ? 0 : Math.sqrt(1 - up * up);
  return 1 - 0.12 * ((depthMm - WIDEST_MM) / 60) ** 2;
}

/** The back of a head is wider than its front. */
function widthFactor(alongLength: number): number {
  return 1 + 0.06 * alongLength - 0.03 * alongLength * alongLength;
}

/** A little fuller than an ellipse: |x|^2.25 + |y|^2.25 = 1. */
const FULLNESS = 2.25;

function rounded(value: number): number {
  return Math.sign(value) * Math.abs(value) ** (2 / FULLNESS);
}

export function shellOutline(shell: HeadShell, depthMm: number): Outline | undefined {
  const scale = shellScale(shell, depthMm);
  if (scale < 0.08) return undefined;
  const steps = 160;
  const outline = new Float64Array(steps * 2);
  for (let step = 0; step < steps; step++) {
    const angle = (2 * Math.PI * step) / steps;
    const along = rounded(Math.sin(angle));
    outline[step * 2] = shell.halfWidth * scale * rounded(Math.cos(angle)) * widthFactor(along);
    outline[step * 2 + 1] = shell.halfLength * scale * along;
  }
  return outline;
}

/** How deep under the surface of the shell a point lies in its plane, in mm, roughly; below 0 outside. */
export function depthUnderShell(shell: HeadShell, depthMm: number, x: number, y: number): number {
  const scale = shellScale(shell, depthMm);
  if (scale < 0.08) return -1;
  const along = y / (shell.halfLength * scale);
  if (Math.abs(along) >= 1) return -1;
  const across = x / (shell.halfWidth * scale * widthFactor(along));
  const radius = (Math.abs(across) ** FULLNESS + Math.abs(along) ** FULLNESS) ** (1 / FULLNESS);
  return (1 - radius) * shell.halfWidth * scale;
}
