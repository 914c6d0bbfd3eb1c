import type { ImageReference } from "../../marks/image-reference.ts";
import { KEY_OBJECT_TITLES, type KeyObjectTitle } from "../../marks/key-object-titles.ts";
import { REPORT } from "../../marks/report-concepts.ts";
import { KEY_OBJECT_SELECTION } from "../../study/rejection-note.ts";
import { imageItem, rootContainer, textItem } from "../document/content-items.ts";
import { type DocumentContext, documentFile } from "../document/document-file.ts";
import { type Observer, observerContext } from "../document/observer-context.ts";
import { evidenceSequences } from "../document/referenced-instances.ts";

export interface KeyObjects {
  readonly title: KeyObjectTitle;
  /** Why these; empty for nothing to say. */
  readonly description: string;
  readonly observer: Observer;
  /** At least one; in the order in which they are to be looked at. */
  readonly images: readonly ImageReference[];
}

/** Key images as a Key Object Selection (PS3.3 §A.35.4, PS3.16 TID 2010). */
export function keyObjectFile(context: DocumentContext, { title, description, observer, images }: KeyObjects): Buffer {
  if (images.length === 0) throw new RangeError("key objects without an object");
  const concept = KEY_OBJECT_TITLES[title];
  return documentFile(
    context,
    { sopClassUid: KEY_OBJECT_SELECTION, modality: "KO", seriesNumber: "9911", seriesDescription: concept.meaning },
    {
      ReferencedPerformedProcedureStepSequence: [],
      ...evidenceSequences(context.studyInstanceUid, images),
      ...rootContainer(
        concept,
        [
          ...observerContext(observer),
          ...(description === "" ? [] : [textItem("CONTAINS", REPORT.keyObjectDescription, description)]),
          ...images.map((image) => imageItem("CONTAINS", image)),
        ],
        "2010",
      ),
    },
  );
}
