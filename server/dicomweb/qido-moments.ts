import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { DomainError } from "../../core/errors.ts";
import type { Condition } from "../../core/infra/postgres/archive-conditions.ts";

interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

/** Dates and the times that belong to them. */
const PAIRS = [
  ["00080020", "00080030"],
  ["00080021", "00080031"],
  ["00080023", "00080033"],
  ["00400244", "00400245"],
] as const;

/**
 * A date and a time that are both asked for are one range of moments (PS3.4 §C.2.2.2.5.1): from 22:00 of the first day
 * to 06:00 of the second is one night, not the hours that both days have in common. A time by itself is of any day, and
 * does not cross midnight. Throws `request-invalid` for a range that ends before it begins.
 */
export function combinedMoments(conditions: readonly Condition[]): readonly Condition[] {
  const combined = PAIRS.reduce((all, [date, time]) => combinedPair(all, date, time), conditions);
  for (const { tag, match } of combined)
    if (match.kind === "range" && PAIRS.some(([, time]) => time === tag)) assertForward(tag, match);
  return combined;
}

function combinedPair(conditions: readonly Condition[], dateTag: string, timeTag: string): readonly Condition[] {
  const [date, ...moreDates] = conditions.filter(({ tag }) => tag === dateTag);
  const [time, ...moreTimes] = conditions.filter(({ tag }) => tag === timeTag);
  if (date?.match.kind !== "range" || time?.match.kind !== "range") return conditions;
  if (moreDates.length > 0 || moreTimes.length > 0 || date.match.from === date.match.to) return conditions;
  const [days, hours] = [date.match, time.match];
  // a time at an end that has no date belongs to every day
  if ((days.from === null && hours.from !== null) || (days.to === null && hours.to !== null)) return conditions;
  const times = { tag: timeTag, from: hours.from, to: hours.to };
  return conditions.flatMap((one) => (one === time ? [] : one === date ? [{ ...date, times }] : [one]));
}

function assertForward(tag: string, { from, to }: Range): void {
  if (from === null || to === null || from.padEnd(6, "0") <= to.padEnd(6, "9")) return;
  throw new DomainError("request-invalid", { where: elementOfTag(tag)?.keyword ?? tag });
}
