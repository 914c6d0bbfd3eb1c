/**
 * How measured numbers are rounded, in lists, on the image and in the report: millimetres and degrees to a tenth, square
 * millimetres to a tenth below a hundred and to whole ones from there, HU and values without a unit to whole numbers, and
 * those in any other unit (an SUV is mostly below ten) to a hundredth.
 */
export function millimetres(mm: number): string {
  return fixed(mm, 1);
}

export function degrees(deg: number): string {
  return fixed(deg, 1);
}

export function squareMillimetres(mm2: number): string {
  // 99.96 would read 100.0: what is written decides, not what was measured
  return Number(fixed(mm2, 1)) < 100 ? fixed(mm2, 1) : fixed(mm2, 0);
}

export function pixelValue(value: number, unit: string): string {
  return fixed(value, unit === "HU" || unit === "" ? 0 : 2);
}

/** Half away from zero, and no minus before a nought. */
function fixed(value: number, decimals: number): string {
  const power = 10 ** decimals;
  // 1.005 × 100 is 100.49999999999999: the scaled value is brought to fifteen digits before it is rounded
  const scaled = Math.round(Number((Math.abs(value) * power).toPrecision(15))) / power;
  return `${value < 0 && scaled > 0 ? "-" : ""}${scaled.toFixed(decimals)}`;
}
