export const DATE_RANGES = ["all", "today", "3", "7", "30", "custom"] as const;
export type DateRange = (typeof DATE_RANGES)[number];

const two = (value: number) => String(value).padStart(2, "0");

/** A day as DICOM DA, as the calendar on the wall of the site has it. */
function dicomDay(at: Date): string {
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
}

/** The first study date a range takes in; today counts as its last day. Undefined: no bound. */
export function rangeStart(range: DateRange, today: Date): string | undefined {
  if (range === "all" || range === "custom") return undefined;
  const days = range === "today" ? 1 : Number(range);
  return dicomDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1));
}

/** yyyy-mm-dd of a date field to DICOM DA; undefined while it is empty or half typed. */
export function fieldToDicom(value: string | null): string | undefined {
  return value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value.replaceAll("-", "") : undefined;
}
