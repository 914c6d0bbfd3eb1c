import { OLDEST_YEARS } from "../image/dicom-text.ts";

/** All that stands on a printed report, ready to be set: the site's own times, decoded texts. */
export interface PrintedReport {
  readonly patientName: string;
  readonly patientSex: string;
  readonly patientAge: string;
  readonly patientBirthDate: string;
  readonly patientId: string;
  readonly accessionNumber: string;
  readonly siteName: string;
  readonly centreName: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly modality: string;
  readonly description: string;
  readonly bodyParts: readonly string[];
  readonly clinicalHistory: string;
  readonly question: string;
  readonly findings: string;
  readonly impression: string;
  readonly authorName: string;
  readonly countersignerName: string;
  /** ms since the epoch; shown in `timeZone` to the minute. */
  readonly writtenAt: number;
  readonly signedAt: number;
  readonly timeZone: string;
  /** hex */
  readonly contentSha256: string;
}

/** DA and TM as they came → "2026-11-22 14:05"; what is not a date stays as it is. */
export function shownDateTime(date: string, time: string): string {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  const clock = /^(\d{2})(\d{2})/.exec(time);
  return [day ? `${day[1]}-${day[2]}-${day[3]}` : date, clock ? `${clock[1]}:${clock[2]}` : ""]
    .filter(Boolean)
    .join(" ");
}

/** An instant in the site's zone, to the minute. */
export function shownInstant(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(instant);
}

/** AS "077Y" → "77岁"; months, weeks and days alike. Nobody's age is none: the date of birth stands beside it. */
export function shownAge(age: string): string {
  const parts = /^0*(\d+)([DWMY])$/.exec(age);
  if (!parts) return age;
  if (parts[2] === "Y" && Number(parts[1]) > OLDEST_YEARS) return "未知";
  const unit = { D: "天", W: "周", M: "个月", Y: "岁" }[parts[2] as "D" | "W" | "M" | "Y"];
  return `${parts[1]}${unit}`;
}
