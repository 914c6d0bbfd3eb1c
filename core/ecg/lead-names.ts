/** The twelve leads, in the order they are printed. */
export const TWELVE_LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] as const;

/**
 * Lead numbers shared by SCP-ECG (EN 1064, lead identification table) and the lead discriminators of ISO/IEEE 11073-10101
 * (MDC 2:n, PS3.16 CID 3001). DICOM writes the first as `5.6.3-9-n` (SCPECG), the second as `2:n` or 131072 + n (MDC).
 */
const LEAD_BY_NUMBER: ReadonlyMap<number, string> = new Map([
  [1, "I"],
  [2, "II"],
  [3, "V1"],
  [4, "V2"],
  [5, "V3"],
  [6, "V4"],
  [7, "V5"],
  [8, "V6"],
  [9, "V7"],
  [10, "V2R"],
  [11, "V3R"],
  [12, "V4R"],
  [13, "V5R"],
  [14, "V6R"],
  [15, "V7R"],
  [16, "X"],
  [17, "Y"],
  [18, "Z"],
  [19, "CC5"],
  [20, "CM5"],
  [21, "LA"],
  [22, "RA"],
  [23, "LL"],
  [61, "III"],
  [62, "aVR"],
  [63, "aVL"],
  [64, "aVF"],
  [65, "-aVR"],
  [66, "V8"],
  [67, "V9"],
  [68, "V8R"],
  [69, "V9R"],
]);

const MDC_LEAD_BASE = 131_072;

const NAME_BY_SPELLING: ReadonlyMap<string, string> = new Map(
  [...LEAD_BY_NUMBER.values(), "V1R"].map((name) => [name.toUpperCase(), name]),
);

/** A code as devices write it: SCPECG 5.6.3-9-n, MDC 2:n or MDC_ECG_LEAD_x, CPS/AHA with the lead's own name. */
export function leadNameOfCode(code: string, scheme: string): string | null {
  const scp = /^5\.6\.3-9-(\d{1,3})$/.exec(code);
  if (scp) return LEAD_BY_NUMBER.get(Number(scp[1])) ?? null;
  const mdc = /^2:(\d{1,3})$/.exec(code);
  if (mdc) return LEAD_BY_NUMBER.get(Number(mdc[1])) ?? null;
  if (/^1310\d{2}$|^131[12]\d{2}$/.test(code)) return LEAD_BY_NUMBER.get(Number(code) - MDC_LEAD_BASE) ?? null;
  if (/^MDC_ECG_LEAD_/i.test(code)) return leadNameOfLabel(code.slice("MDC_ECG_LEAD_".length));
  if (/^SCP/i.test(scheme) && /^\d{1,3}$/.test(code)) return LEAD_BY_NUMBER.get(Number(code)) ?? null;
  return leadNameOfLabel(code);
}

/** A label as people write it: "Lead I (Einthoven)", "LEAD_aVR", "avf", "V 1". Null when it is not a lead of the table. */
export function leadNameOfLabel(label: string): string | null {
  const bare = label
    .replace(/\([^)]*\)/g, "")
    .replace(/,.*$/, "")
    .replace(/^\s*(ecg|ekg)\b/i, "")
    .replace(/\bleads?\b|lead_/gi, "")
    .replace(/^\s*derived\b/i, "")
    .replace(/[\s_]/g, "")
    .toUpperCase();
  return NAME_BY_SPELLING.get(bare) ?? null;
}
