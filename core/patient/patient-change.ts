import { searchText } from "../study/search-text.ts";

/** Who a patient is, as DICOM says it: component groups with carets, DA, CS. */
export interface Demographics {
  readonly patientId: string;
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
  readonly birthDate: string;
  readonly sex: string;
}

export interface CorrectedName {
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

/** What a correction says; what it does not name stays. */
export interface CorrectedFields {
  readonly name?: CorrectedName | undefined;
  readonly patientId?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly sex?: string | undefined;
}

/** What somebody wants done. Keys are the hub's own numbers of patients. */
export type ChangeRequest =
  | { readonly kind: "merge"; readonly patientKey: string; readonly intoKey: string }
  | { readonly kind: "link"; readonly patientKey: string; readonly withKey: string }
  | { readonly kind: "move"; readonly studyInstanceUid: string; readonly toKey: string }
  | { readonly kind: "correct"; readonly patientKey: string; readonly fields: CorrectedFields }
  | { readonly kind: "correct"; readonly studyInstanceUid: string; readonly fields: CorrectedFields };

/** What a change lays over a study: the fold of `hub_lay_study` joins these objects, the newest on top. */
export interface LaidIdentity extends Partial<Demographics> {
  readonly display?: string;
  readonly latin?: string;
  /** Han, pinyin and initials: what the names are searched by. */
  readonly nameWords?: string;
  /** The study shows somebody else: whatever else the header says of a person is not hers. */
  readonly isAnother?: true;
}

/** A study that is filed under this patient shows all of her. */
export function laidBy(patient: Demographics): LaidIdentity {
  const { patientId, birthDate, sex } = patient;
  return { ...laidName(patient), patientId, birthDate, sex };
}

export function laidByFields({ name, patientId, birthDate, sex }: CorrectedFields): LaidIdentity {
  return {
    ...(name && laidName(name)),
    ...(patientId !== undefined && { patientId }),
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
  };
}

/** The fields of a correction that say something new. */
export function newFields(fields: CorrectedFields, known: Demographics): CorrectedFields {
  const { name, patientId, birthDate, sex } = fields;
  const isNewName =
    name &&
    (name.alphabetic !== known.alphabetic ||
      name.ideographic !== known.ideographic ||
      name.phonetic !== known.phonetic);
  return {
    ...(isNewName && { name }),
    ...(patientId !== undefined && patientId !== known.patientId && { patientId }),
    ...(birthDate !== undefined && birthDate !== known.birthDate && { birthDate }),
    ...(sex !== undefined && sex !== known.sex && { sex }),
  };
}

function laidName({ alphabetic, ideographic, phonetic }: CorrectedName): LaidIdentity {
  const latin = alphabetic.replaceAll("^", " ").replace(/\s+/g, " ").trim();
  return {
    alphabetic,
    ideographic,
    phonetic,
    display: ideographic.replaceAll("^", "").trim() || latin,
    latin,
    nameWords: searchText([alphabetic, ideographic, phonetic], []),
  };
}
