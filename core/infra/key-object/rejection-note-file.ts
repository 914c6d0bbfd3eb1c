import dcmjs from "dcmjs";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../dicom/uid.ts";
import { KEY_OBJECT_SELECTION, REJECTION_CODES, type RejectionReason } from "../../study/rejection-note.ts";

export interface RejectedReference {
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What the note takes over from its study, as that study's own header has it. */
export interface RejectionNoteContext {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** PN with its component groups. */
  readonly patientName: string;
  readonly patientId: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyId: string;
  readonly accessionNumber: string;
  readonly referringPhysician: string;
  readonly institutionName: string;
  /** DA and TM in the site's zone. */
  readonly contentDate: string;
  readonly contentTime: string;
  /** "+0800" */
  readonly timezoneOffset: string;
  readonly reason: RejectionReason;
}

/**
 * A Key Object Selection (PS3.3 §A.35.4, TID 2010) whose title rejects these instances (IHE RAD TF-3 §4.66), Explicit VR
 * Little Endian, UTF-8. Rejects at least one.
 */
export function rejectionNoteFile(context: RejectionNoteContext, rejected: readonly RejectedReference[]): Buffer {
  const code = REJECTION_CODES[context.reason];
  const reference = ({ sopClassUid, sopInstanceUid }: RejectedReference) => ({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  });
  const bySeries = Map.groupBy(rejected, ({ seriesInstanceUid }) => seriesInstanceUid);
  const dataset = {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: KEY_OBJECT_SELECTION,
    SOPInstanceUID: context.sopInstanceUid,
    StudyDate: context.studyDate,
    SeriesDate: context.contentDate,
    ContentDate: context.contentDate,
    StudyTime: context.studyTime,
    SeriesTime: context.contentTime,
    ContentTime: context.contentTime,
    AccessionNumber: context.accessionNumber,
    Modality: "KO",
    Manufacturer: "Tele-reading Hub",
    InstitutionName: context.institutionName,
    ReferringPhysicianName: context.referringPhysician,
    TimezoneOffsetFromUTC: context.timezoneOffset,
    SeriesDescription: code.meaning,
    ReferencedPerformedProcedureStepSequence: [],
    PatientName: context.patientName,
    PatientID: context.patientId,
    PatientBirthDate: context.patientBirthDate,
    PatientSex: context.patientSex,
    StudyInstanceUID: context.studyInstanceUid,
    SeriesInstanceUID: context.seriesInstanceUid,
    StudyID: context.studyId,
    SeriesNumber: "9910",
    InstanceNumber: "1",
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: [{ CodeValue: code.value, CodingSchemeDesignator: "DCM", CodeMeaning: code.meaning }],
    ContinuityOfContent: "SEPARATE",
    CurrentRequestedProcedureEvidenceSequence: [
      {
        ReferencedSeriesSequence: [...bySeries].map(([seriesInstanceUid, those]) => ({
          ReferencedSOPSequence: those.map(reference),
          SeriesInstanceUID: seriesInstanceUid,
        })),
        StudyInstanceUID: context.studyInstanceUid,
      },
    ],
    ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: "2010" }],
    ContentSequence: rejected.map((each) => ({
      ReferencedSOPSequence: [reference(each)],
      RelationshipType: "CONTAINS",
      ValueType: "COMPOSITE",
    })),
    _vrMap: {},
    _meta: {
      FileMetaInformationVersion: { Value: [new Uint8Array([0, 1]).buffer], vr: "OB" },
      MediaStorageSOPClassUID: { Value: [KEY_OBJECT_SELECTION], vr: "UI" },
      MediaStorageSOPInstanceUID: { Value: [context.sopInstanceUid], vr: "UI" },
      TransferSyntaxUID: { Value: [EXPLICIT_VR_LITTLE_ENDIAN], vr: "UI" },
      ImplementationClassUID: { Value: [IMPLEMENTATION_CLASS_UID], vr: "UI" },
      ImplementationVersionName: { Value: [IMPLEMENTATION_VERSION_NAME], vr: "SH" },
    },
  };
  return Buffer.from(dcmjs.data.datasetToBuffer(dataset));
}
