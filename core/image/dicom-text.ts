/** Dates and times of DICOM as people read them. They are local to the acquiring site and are never moved to a zone. */
export function dateText(da: string): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(da.trim());
  return match ? `${match[1]}-${match[2]}-${match[3]}` : da.trim();
}

export function timeText(tm: string): string {
  const match = /^(\d{2}):?(\d{2})?/.exec(tm.trim());
  return match ? `${match[1]}:${match[2] ?? "00"}` : "";
}

/** Age (AS) as count and unit; when the file has none, whole years between birth and study. */
/** Nobody has been older: a birth date of 1800 is one that was made up. */
export const OLDEST_YEARS = 130;

export function ageOf(
  as: string,
  birthDate: string,
  studyDate: string,
): { readonly count: number; readonly unit: "Y" | "M" | "W" | "D" } | undefined {
  const stored = /^(\d{1,3})([YMWD])$/.exec(as.trim());
  // `000Y` is what some devices write for an age that was not entered.
  if (stored && Number(stored[1]) > 0) {
    const unit = stored[2];
    if (unit === "Y" && Number(stored[1]) > OLDEST_YEARS) return undefined;
    if (unit === "Y" || unit === "M" || unit === "W" || unit === "D") return { count: Number(stored[1]), unit };
  }
  const born = /^(\d{4})(\d{4})$/.exec(birthDate.trim());
  const seen = /^(\d{4})(\d{4})$/.exec(studyDate.trim());
  if (!born || !seen) return undefined;
  const years = Number(seen[1]) - Number(born[1]) - (Number(seen[2]) < Number(born[2]) ? 1 : 0);
  return years >= 0 && years <= OLDEST_YEARS ? { count: years, unit: "Y" } : undefined;
}
