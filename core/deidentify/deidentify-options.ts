/** The options of PS3.15 Annex E that an export may ask for; the graphics (curves, overlays) always go. */
export interface DeidentifyOptions {
  /** E.3.6, Modified Dates: every date of a patient moves by the same number of days. Without it they go. */
  readonly modifiedDates: boolean;
  /** E.3.5: descriptors keep their clinical words. Without it they go. */
  readonly cleanDescriptors: boolean;
  /** E.3.7: sex, age, size and weight stay. */
  readonly patientCharacteristics: boolean;
  /** E.3.10: private attributes known to be safe stay. */
  readonly safePrivate: boolean;
}

/** Codes of CID 7050, as (0012,0064) says what was done. */
const METHODS = {
  basic: ["113100", "Basic Application Confidentiality Profile"],
  cleanPixelData: ["113101", "Clean Pixel Data Option"],
  cleanDescriptors: ["113105", "Clean Descriptors Option"],
  modifiedDates: ["113107", "Retain Longitudinal Temporal Information Modified Dates Option"],
  patientCharacteristics: ["113108", "Retain Patient Characteristics Option"],
  safePrivate: ["113111", "Retain Safe Private Option"],
} as const;

export interface DeidentifyMethod {
  readonly code: string;
  readonly meaning: string;
}

/** The profile and the options in the order of their codes. */
export function methodsOf(options: DeidentifyOptions): readonly DeidentifyMethod[] {
  const chosen: readonly (keyof typeof METHODS)[] = [
    "basic",
    "cleanPixelData",
    ...(["cleanDescriptors", "modifiedDates", "patientCharacteristics", "safePrivate"] as const).filter(
      (option) => options[option],
    ),
  ];
  return chosen.map((name) => ({ code: METHODS[name][0], meaning: METHODS[name][1] }));
}
