import { fieldToDicom } from "../board-dates.ts";

export const ORDER_DATES = ["today", "tomorrow", "week", "past", "custom"] as const;
export type OrderDates = (typeof ORDER_DATES)[number];

const two = (value: number) => String(value).padStart(2, "0");

/** The first and last day, both taken in, as DICOM DA on the calendar of the site. A custom range with one end is that day. */
export function orderDays(
  range: OrderDates,
  today: Date,
  custom: { readonly from: string; readonly to: string },
): { readonly from: string; readonly to: string } {
  const day = (offset: number) => {
    const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset);
    return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  };
  if (range === "custom") {
    const from = fieldToDicom(custom.from) ?? fieldToDicom(custom.to) ?? day(0);
    return { from, to: fieldToDicom(custom.to) ?? from };
  }
  const SPANS = { today: [0, 0], tomorrow: [1, 1], week: [0, 6], past: [-6, 0] } as const;
  const [first, last] = SPANS[range];
  return { from: day(first), to: day(last) };
}
