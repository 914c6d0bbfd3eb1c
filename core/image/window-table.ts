import type { VoiFunction, WindowLevel } from "./window-level.ts";
import { windowValue } from "./window-value.ts";

export interface WindowTableRequest {
  /** Smallest and largest stored value the table must hold. */
  readonly low: number;
  readonly high: number;
  readonly slope: number;
  readonly intercept: number;
  readonly window: WindowLevel;
  readonly voiFunction: VoiFunction;
  readonly invert: boolean;
}

/** Display value by stored value: entry i is for stored value `low + i`. */
export function windowTable(request: WindowTableRequest): Uint8Array {
  const { low, high, slope, intercept, window, voiFunction, invert } = request;
  const table = new Uint8Array(high - low + 1);
  for (let index = 0; index < table.length; index++) {
    const value = windowValue((low + index) * slope + intercept, window, voiFunction);
    table[index] = invert ? 255 - value : value;
  }
  return table;
}
