import type { DicomJsonDataset, PersonName } from "../image/dicom-json.ts";
import { type CodedConcept, isConcept } from "./coded-concept.ts";
import type { ContentItem } from "./content-tree.ts";
import type { ImageReference } from "./image-reference.ts";
import { REPORT } from "./report-concepts.ts";
import { structuredDocumentOf } from "./structured-document.ts";

/** What somebody chose, and why (PS3.16 TID 2010). */
export interface KeyObjectSelection {
  readonly sopInstanceUid: string;
  readonly title: CodedConcept | undefined;
  readonly description: string;
  readonly observers: readonly PersonName[];
  /** DA and TM as stored. */
  readonly contentDate: string;
  readonly contentTime: string;
  readonly objects: readonly ImageReference[];
}

/** Undefined for what is no structured document. Never throws. */
export function keyObjectsOf(dataset: DicomJsonDataset): KeyObjectSelection | undefined {
  const document = structuredDocumentOf(dataset);
  if (!document) return undefined;
  const { root } = document;
  return {
    sopInstanceUid: document.sopInstanceUid,
    title: document.title,
    description: root.children
      .filter((item) => isConcept(item.concept, REPORT.keyObjectDescription))
      .map((item) => item.text)
      .join("\n"),
    observers: document.observers,
    contentDate: document.contentDate,
    contentTime: document.contentTime,
    objects: referencesBelow(root),
  };
}

function referencesBelow(item: ContentItem): readonly ImageReference[] {
  return item.children.flatMap((child) => [...(child.reference ? [child.reference] : []), ...referencesBelow(child)]);
}
