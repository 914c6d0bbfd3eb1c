import { OLDEST_YEARS } from "../../core/image/dicom-text.ts";

export interface Age {
  readonly value: number;
  readonly unit: "Y" | "M" | "W" | "D";
}

/** PS3.5 §6.2 AS ("077Y"), or else the whole years from birth to study (both yyyymmdd); null when neither is known, or nobody's. */
export function patientAge(age: string, birthDate: string, studyDate: string): Age | null {
  const written = /^(\d{3})([DWMY])$/.exec(age);
  if (written !== null) {
    const age = { value: Number(written[1]), unit: written[2] as Age["unit"] };
    return age.unit === "Y" && age.value > OLDEST_YEARS ? null : age;
  }
  if (!/^\d{8}$/.test(birthDate) || !/^\d{8}$/.test(studyDate)) return null;
  const months =
    (Number(studyDate.slice(0, 4)) - Number(birthDate.slice(0, 4))) * 12 +
    (Number(studyDate.slice(4, 6)) - Number(birthDate.slice(4, 6))) -
    (studyDate.slice(6) < birthDate.slice(6) ? 1 : 0);
  if (months < 0 || months >= (OLDEST_YEARS + 1) * 12) return null;
  return months < 24 ? { value: months, unit: "M" } : { value: Math.floor(months / 12), unit: "Y" };
}
