/**
 * Offset of a zone from UTC at noon of a DICOM date, as (0008,0201) wants it: "+0800". Today's where the date is none.
 */
export function zoneOffset(timeZone: string, date: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? [];
  const noon = Date.UTC(Number(year), Number(month) - 1, Number(day), 12);
  return zoneOffsetAt(timeZone, Number.isNaN(noon) ? Date.now() : noon);
}

/** The same at a moment, in milliseconds since 1970. */
export function zoneOffsetAt(timeZone: string, instant: number): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(instant);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "+0000" : name.slice(3).replace(":", "");
}
