const two = (value: number) => String(value).padStart(2, "0");

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** "2026-11-22 14:05", in the zone of the browser: signatures are given to the minute. */
export function minuteText(instant: string | number): string {
  const at = new Date(instant);
  return `${dayOf(at)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "14:05:12" today, with the day in front on any other. */
export function secondText(instant: string | number, now: number): string {
  const at = new Date(instant);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return dayOf(at) === dayOf(new Date(now)) ? time : `${dayOf(at)} ${time}`;
}

/** DICOM DA and TM (PS3.5 §6.2) as the site wrote them: "2026-11-22 14:05"; what is not a date stays as it came. */
export function dicomDateTimeText(date: string, time = ""): string {
  if (!/^\d{8}$/.test(date)) return date;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return /^\d{4}/.test(time) ? `${day} ${time.slice(0, 2)}:${time.slice(2, 4)}` : day;
}
