/** Whose earlier studies are looked for, and earlier than what. Dates and times as DICOM has them: yyyymmdd, hhmmss. */
export interface ReadStudy {
  readonly studyInstanceUid: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly studyDate: string;
  readonly studyTime: string;
}

/** What a rule takes of that. */
export interface PriorRule {
  /** '*' is every modality. */
  readonly modality: string;
  /** What the PACS calls the issuer of the site's patient IDs; empty: it is not asked by it. */
  readonly issuer: string;
  /** So long before; null: as long as there are any. */
  readonly years: number | null;
  /** The newest of them. */
  readonly mostStudies: number;
}

/** A study as a PACS answers it; what it does not say is empty. */
export interface FoundStudy extends ReadStudy {
  readonly issuer: string;
  readonly modalities: readonly string[];
  readonly instances: number | null;
}

export type SkipReason =
  | "patient-id-differs"
  | "issuer-differs"
  | "birth-date-missing"
  | "birth-date-differs"
  | "study-date-missing";

export interface PriorSelection {
  readonly wanted: readonly FoundStudy[];
  /** What was answered that is not, or not surely, this patient's. */
  readonly skipped: readonly { readonly studyInstanceUid: string; readonly reason: SkipReason }[];
}

/**
 * Which of the answers to a query for one patient are fetched. A name is never looked at: an answer counts when it has the
 * same patient ID, of the issuer where one is set and said, and the same date of birth.
 */
export function selectPriors(
  read: ReadStudy,
  rules: readonly PriorRule[],
  found: readonly FoundStudy[],
): PriorSelection {
  const skipped: { studyInstanceUid: string; reason: SkipReason }[] = [];
  const wanted = new Map<string, FoundStudy>();
  const issuers = new Set(rules.map(({ issuer }) => issuer).filter((issuer) => issuer !== ""));
  const sure = found.filter((study) => {
    if (study.studyInstanceUid === read.studyInstanceUid) return false;
    const reason = mismatch(read, issuers, study);
    if (reason) skipped.push({ studyInstanceUid: study.studyInstanceUid, reason });
    return !reason;
  });
  const newestFirst = sure
    .filter((study) => moment(study) < moment(read))
    .toSorted((a, b) => (moment(a) < moment(b) ? 1 : -1));
  for (const rule of rules) {
    const since = rule.years === null ? "" : yearsBefore(read.studyDate, rule.years);
    const fitting = newestFirst.filter(
      // a PACS may leave the modalities out of its answers: better one prior too many
      ({ modalities, studyDate }) =>
        studyDate >= since && (rule.modality === "*" || modalities.length === 0 || modalities.includes(rule.modality)),
    );
    for (const study of fitting.slice(0, rule.mostStudies)) wanted.set(study.studyInstanceUid, study);
  }
  return { wanted: newestFirst.filter(({ studyInstanceUid }) => wanted.has(studyInstanceUid)), skipped };
}

function mismatch(read: ReadStudy, issuers: ReadonlySet<string>, study: FoundStudy): SkipReason | null {
  if (study.patientId !== read.patientId) return "patient-id-differs";
  if (issuers.size > 0 && study.issuer !== "" && !issuers.has(study.issuer)) return "issuer-differs";
  if (study.birthDate === "") return "birth-date-missing";
  if (study.birthDate !== read.birthDate) return "birth-date-differs";
  return study.studyDate === "" ? "study-date-missing" : null;
}

/** Sorts as time does; a time that is not said is the beginning of the day. */
const moment = ({ studyDate, studyTime }: ReadStudy) => `${studyDate} ${studyTime}`;

/** The same day so many years before, also where there was none: 29 February sorts before 1 March. */
function yearsBefore(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) - years).padStart(4, "0")}${date.slice(4)}`;
}

/** Why nobody can be asked for this patient's studies, or null: `*`, `?` and `\` in a key stand for others (PS3.4 §C.2.2.2). */
export function whyNotAsked(
  patientId: string,
  birthDate: string,
): "no-patient-id" | "patient-id-is-pattern" | "no-birth-date" | null {
  if (patientId === "") return "no-patient-id";
  if (/[*?\\]/.test(patientId)) return "patient-id-is-pattern";
  return birthDate === "" ? "no-birth-date" : null;
}
