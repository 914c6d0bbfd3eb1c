/**
 * Code values by their scheme's designator (PS3.16 §8): what has another form than the scheme's codes is no code but text. The
 * lengths keep identity cards and telephone numbers from passing for concepts.
 */
const SCHEMES: Readonly<Record<string, RegExp>> = {
  DCM: /^\d{6}$/,
  SCT: /^\d{6,9}$/,
  SRT: /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  SNM3: /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  "99SDM": /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  LN: /^\d{1,5}-\d$/,
  MDC: /^(\d{1,2}:)?\d{1,6}(-\d{1,2})?$/,
  SCPECG: /^5\.6\.3(-\d{1,2}){1,3}$/,
  UCUM: /^(1|%|m?s|min|h|d|[munk]?V|[mcuk]?m|mm2|cm2|mm3|cm3|[mk]?Hz|\{?[hH]?\{?B\}?\}?\/min|\/min|deg|[mu]?g|kg|[mu]?[lL]|[HB]U|\[hnsf'U\]|mGy|mSv|mGy\.cm|Bq\/ml|g\/ml|\{ratio\}|\{counts\}|bpm|beats\/min|uV|mmHg|mm\[Hg\])$/,
};

export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly version: string;
}

/** Is this a code of a public scheme, and nothing but one? */
export function isPublicCode({ value, scheme, version }: Code): boolean {
  return (SCHEMES[scheme]?.test(value) ?? false) && (version === "" || /^\d{1,8}(\.\d{1,4})?$/.test(version));
}

export function isPublicScheme(scheme: string): boolean {
  return Object.hasOwn(SCHEMES, scheme);
}
