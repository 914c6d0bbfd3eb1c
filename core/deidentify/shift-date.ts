const DAY_MS = 86_400_000;

/**
 * A value of DA, DT or TM with its day moved; the time of day stays, so that intervals hold to the second. Null for what is
 * not whole (a year alone tells when without a day to move) or not of its VR's form (PS3.5 §6.2).
 */
export function shiftedDate(value: string, vr: "DA" | "DT" | "TM", days: number): string | null {
  const text = value.trim();
  if (text === "") return "";
  if (vr === "TM") return /^\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?$/.test(text) ? text : null;
  if (vr === "DA") {
    const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text) ?? [];
    return year && month && day ? dayAfter(year, month, day, days) : null;
  }
  const [, year, month, day, rest = ""] =
    /^(\d{4})(\d{2})(\d{2})((?:\d{2}){0,3}(?:\.\d{1,6})?(?:[+-]\d{4})?)$/.exec(text) ?? [];
  const shifted = year && month && day ? dayAfter(year, month, day, days) : null;
  return shifted === null ? null : shifted + rest;
}

function dayAfter(year: string, month: string, day: string, days: number): string | null {
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(at).getUTCDate() !== Number(day) || new Date(at).getUTCMonth() !== Number(month) - 1) return null;
  const moved = new Date(at + days * DAY_MS);
  const pad = (number: number, width: number) => String(number).padStart(width, "0");
  return pad(moved.getUTCFullYear(), 4) + pad(moved.getUTCMonth() + 1, 2) + pad(moved.getUTCDate(), 2);
}
