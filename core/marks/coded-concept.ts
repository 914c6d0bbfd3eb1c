import { type DicomJsonDataset, itemsOf, stringOf } from "../image/dicom-json.ts";

/** A code of PS3.3 §8.8. */
export interface CodedConcept {
  readonly value: string;
  /** Coding scheme designator: DCM, SCT, UCUM, LN … */
  readonly scheme: string;
  readonly meaning: string;
}

/** The code in the first item of a sequence; a meaning alone is still something to show. */
export function conceptOf(dataset: DicomJsonDataset | undefined, sequenceTag: string): CodedConcept | undefined {
  const [item] = itemsOf(dataset, sequenceTag);
  // short, long, and as URN (PS3.3 §8.8.1)
  const value = stringOf(item, "00080100") ?? stringOf(item, "00080119") ?? stringOf(item, "00080120") ?? "";
  const meaning = stringOf(item, "00080104") ?? value;
  return meaning === "" ? undefined : { value, scheme: stringOf(item, "00080102") ?? "", meaning };
}

/** The meaning may be in any language; value and scheme are the code. */
export function isConcept(concept: CodedConcept | undefined, one: CodedConcept): boolean {
  return concept?.value === one.value && concept.scheme === one.scheme;
}
