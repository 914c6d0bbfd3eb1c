import { type DicomJsonDataset, itemsOf, type PersonName, personNameOf, stringOf } from "../image/dicom-json.ts";
import { type CodedConcept, isConcept } from "./coded-concept.ts";
import { type ContentItem, contentTreeOf } from "./content-tree.ts";
import { evidencePlaces } from "./image-reference.ts";
import { REPORT } from "./report-concepts.ts";

/** A Structured Report or Key Object Selection of any maker, as it can be shown. */
export interface StructuredDocument {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly title: CodedConcept | undefined;
  /** The template it says it follows: "1500"; empty for none. */
  readonly templateId: string;
  readonly isComplete: boolean;
  readonly isVerified: boolean;
  /** DA and TM as stored. */
  readonly contentDate: string;
  readonly contentTime: string;
  readonly observers: readonly PersonName[];
  readonly verifiers: readonly PersonName[];
  readonly root: ContentItem;
  readonly isCut: boolean;
}

/** Undefined for what is no structured document. Never throws. */
export function structuredDocumentOf(dataset: DicomJsonDataset): StructuredDocument | undefined {
  if (stringOf(dataset, "0040A040") !== "CONTAINER") return undefined;
  const { root, isCut } = contentTreeOf(dataset, evidencePlaces(dataset));
  return {
    sopClassUid: stringOf(dataset, "00080016") ?? "",
    sopInstanceUid: stringOf(dataset, "00080018") ?? "",
    title: root.concept,
    templateId: stringOf(itemsOf(dataset, "0040A504")[0], "0040DB00") ?? "",
    isComplete: stringOf(dataset, "0040A491") === "COMPLETE",
    isVerified: stringOf(dataset, "0040A493") === "VERIFIED",
    contentDate: stringOf(dataset, "00080023") ?? "",
    contentTime: stringOf(dataset, "00080033") ?? "",
    observers: observersOf(root),
    verifiers: itemsOf(dataset, "0040A073").map((verifier) => personNameOf(verifier, "0040A075")),
    root,
    isCut,
  };
}

/** Person observers of the whole document; some makers name them otherwise, or as text. */
function observersOf(root: ContentItem): readonly PersonName[] {
  return root.children.flatMap((item) => {
    if (item.person && item.relationship === "HAS OBS CONTEXT") return [item.person];
    return item.text !== "" && isConcept(item.concept, REPORT.personName) ? [{ han: "", latin: item.text }] : [];
  });
}
