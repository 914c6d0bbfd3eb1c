import { KEY_OBJECT_SELECTION, REJECTION_CODES, type RejectionReason } from "../../study/rejection-note.ts";
import { type DocumentContext, documentFile } from "../document/document-file.ts";
import { evidenceSequences, instanceReference } from "../document/referenced-instances.ts";

export interface RejectedReference {
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface RejectionNoteContext extends DocumentContext {
  readonly reason: RejectionReason;
}

/**
 * A Key Object Selection (PS3.3 §A.35.4, TID 2010) whose title rejects these instances (IHE RAD TF-3 §4.66), Explicit VR
 * Little Endian, UTF-8. Rejects at least one.
 */
export function rejectionNoteFile(context: RejectionNoteContext, rejected: readonly RejectedReference[]): Buffer {
  const code = REJECTION_CODES[context.reason];
  const { studyInstanceUid } = context;
  return documentFile(
    context,
    { sopClassUid: KEY_OBJECT_SELECTION, modality: "KO", seriesNumber: "9910", seriesDescription: code.meaning },
    {
      ReferencedPerformedProcedureStepSequence: [],
      ValueType: "CONTAINER",
      ConceptNameCodeSequence: [{ CodeValue: code.value, CodingSchemeDesignator: "DCM", CodeMeaning: code.meaning }],
      ContinuityOfContent: "SEPARATE",
      ...evidenceSequences(
        studyInstanceUid,
        rejected.map((each) => ({ ...each, studyInstanceUid })),
      ),
      ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: "2010" }],
      ContentSequence: rejected.map((each) => ({
        ReferencedSOPSequence: [instanceReference(each)],
        RelationshipType: "CONTAINS",
        ValueType: "COMPOSITE",
      })),
    },
  );
}
