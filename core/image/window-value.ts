import type { VoiFunction, WindowLevel } from "./window-level.ts";

/**
 * The display value 0-255 of one rescaled value, as PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT) and
 * C.11.2.1.3.1 (SIGMOID) say, rounded to the nearest. This is the reference: the drawing table is made with it.
 *
 * cornerstone's own table uses ((x - c) / w + 0.5) * 255, which is LINEAR_EXACT whatever the file asks for: half a unit
 * and one part in w off from LINEAR, up to a grey level at brain windows. So it is not used.
 */
export function windowValue(value: number, window: WindowLevel, voiFunction: VoiFunction = "LINEAR"): number {
  const { center, width } = window;
  if (voiFunction === "SIGMOID") return Math.round(255 / (1 + Math.exp((-4 * (value - center)) / width)));
  if (voiFunction === "LINEAR_EXACT") {
    if (value <= center - width / 2) return 0;
    if (value > center + width / 2) return 255;
    return Math.round(((value - center) / width + 0.5) * 255);
  }
  if (value <= center - 0.5 - (width - 1) / 2) return 0;
  if (value > center - 0.5 + (width - 1) / 2) return 255;
  return Math.round(((value - (center - 0.5)) / (width - 1) + 0.5) * 255);
}
