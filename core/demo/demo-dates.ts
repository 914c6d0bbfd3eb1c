/** TM `seconds` after another TM of the same day; stays within the day. */
export function timeAfter(time: string, seconds: number): string {
  const clock = time.padEnd(6, "0");
  const start = Number(clock.slice(0, 2)) * 3600 + Number(clock.slice(2, 4)) * 60 + Number(clock.slice(4, 6));
  const total = Math.min(86_399, start + Math.floor(seconds));
  return [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join("");
}

/** Whole years on the day of the study, as DICOM AS. */
export function ageText(birthDate: string, studyDate: string): string {
  const hadBirthday = studyDate.slice(4) >= birthDate.slice(4);
  const years = Number(studyDate.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (hadBirthday ? 0 : 1);
  return `${String(years).padStart(3, "0")}Y`;
}
