import { dayInZone, instantInZone, nextWorkingDay } from "./working-calendar.ts";

export const URGENCIES = ["routine", "urgent"] as const;
export type Urgency = (typeof URGENCIES)[number];

const MINUTE_MS = 60_000;
/** Minutes an urgent reading may take, by modality; '*' is every other one. */
const URGENT_MINUTES: Readonly<Record<string, number>> = { ECG: 10, "*": 60 };
/** The promise of 次日可取: noon of the next working day at the site. */
const ROUTINE_HOUR = 12;

/** When the report is due, in ms since the epoch. */
export function dueAt(request: {
  readonly urgency: Urgency;
  readonly modality: string;
  readonly at: number;
  readonly timeZone: string;
}): number {
  if (request.urgency === "urgent")
    return request.at + (URGENT_MINUTES[request.modality] ?? URGENT_MINUTES["*"] ?? 60) * MINUTE_MS;
  return instantInZone(nextWorkingDay(dayInZone(request.at, request.timeZone)), ROUTINE_HOUR, request.timeZone);
}
