/**
 * Working days of a site. Chinese public holidays and make-up days are announced once a year by the State Council; a year
 * without a row here has plain weekends. 2026: notice of 2025-11-04 (国办发明电〔2025〕7号).
 */
const HOLIDAYS: readonly (readonly [from: string, to: string])[] = [
  ["20260101", "20260103"],
  ["20260215", "20260223"],
  ["20260404", "20260406"],
  ["20260501", "20260505"],
  ["20260619", "20260621"],
  ["20260925", "20260927"],
  ["20261001", "20261007"],
];
const MAKE_UP_DAYS: ReadonlySet<string> = new Set([
  "20260104",
  "20260214",
  "20260228",
  "20260509",
  "20260920",
  "20261010",
]);

/** A civil day of the site, as DICOM writes it: yyyymmdd. */
export type Day = string;

export function isWorkingDay(day: Day): boolean {
  if (MAKE_UP_DAYS.has(day)) return true;
  if (HOLIDAYS.some(([from, to]) => day >= from && day <= to)) return false;
  const weekday = new Date(dayAsUtc(day)).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The first working day after `day`. */
export function nextWorkingDay(day: Day): Day {
  let next = addDay(day);
  while (!isWorkingDay(next)) next = addDay(next);
  return next;
}

/** As DICOM writes an instant (VR DT) by the site's clock, without its offset: yyyymmddhhmmss. */
export function dateTimeInZone(instant: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = partsInZone(instant, timeZone);
  return `${year}${month}${day}${hour}${minute}${second}`;
}

/** The civil day at `instant` (ms since the epoch) in the site's zone. */
export function dayInZone(instant: number, timeZone: string): Day {
  const parts = partsInZone(instant, timeZone);
  return `${parts.year}${parts.month}${parts.day}`;
}

/** The wall clock at `instant` in the zone, as DICOM TM: hhmmss. */
export function timeInZone(instant: number, timeZone: string): string {
  const parts = partsInZone(instant, timeZone);
  return `${parts.hour}${parts.minute}${parts.second}`;
}

/** The instant (ms) of a civil day and hour in the zone. Found by correcting a first guess by the zone's offset there. */
export function instantInZone(day: Day, hour: number, timeZone: string): number {
  const wanted = dayAsUtc(day) + hour * 3_600_000;
  let instant = wanted;
  for (let i = 0; i < 2; i++) {
    const shown = partsInZone(instant, timeZone);
    const asUtc = Date.UTC(+shown.year, +shown.month - 1, +shown.day, +shown.hour, +shown.minute, +shown.second);
    instant += wanted - asUtc;
  }
  return instant;
}

function dayAsUtc(day: Day): number {
  return Date.UTC(+day.slice(0, 4), +day.slice(4, 6) - 1, +day.slice(6, 8));
}

function addDay(day: Day): Day {
  const next = new Date(dayAsUtc(day) + 86_400_000);
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${next.getUTCFullYear()}${pad(next.getUTCMonth() + 1)}${pad(next.getUTCDate())}`;
}

type ZonedParts = Readonly<Record<"year" | "month" | "day" | "hour" | "minute" | "second", string>>;

function partsInZone(instant: number, timeZone: string): ZonedParts {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value])) as ZonedParts;
}
