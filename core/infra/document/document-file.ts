import dcmjs from "dcmjs";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../dicom/uid.ts";

/** Who made what the hub writes. */
export const HUB_NAME = "Tele-reading Hub";

/** What a document of the hub takes over from the study it belongs to, as that study's own header has it. */
export interface DocumentContext {
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
}

/** What kind of document it is, and the series of its kind. */
export interface DocumentKind {
  readonly sopClassUid: string;
  readonly modality: string;
  readonly seriesNumber: string;
  readonly seriesDescription: string;
}

/** Attributes by keyword, sequences as lists of the same. */
export type KeywordDataSet = { readonly [keyword: string]: unknown };

/**
 * A document of the hub as a Part 10 file: patient, study, series and equipment as all of them say it, and its own content.
 * Explicit VR Little Endian, UTF-8. `vrs` names the VR of keywords whose dictionary entry leaves it open.
 */
export function documentFile(
  context: DocumentContext,
  kind: DocumentKind,
  content: KeywordDataSet,
  vrs: Readonly<Record<string, string>> = {},
): Buffer {
  const dataset = {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: kind.sopClassUid,
    SOPInstanceUID: context.sopInstanceUid,
    StudyDate: context.studyDate,
    SeriesDate: context.contentDate,
    ContentDate: context.contentDate,
    StudyTime: context.studyTime,
    SeriesTime: context.contentTime,
    ContentTime: context.contentTime,
    AccessionNumber: context.accessionNumber,
    Modality: kind.modality,
    Manufacturer: HUB_NAME,
    InstitutionName: context.institutionName,
    ReferringPhysicianName: context.referringPhysician,
    TimezoneOffsetFromUTC: context.timezoneOffset,
    SeriesDescription: kind.seriesDescription,
    PatientName: context.patientName,
    PatientID: context.patientId,
    PatientBirthDate: context.patientBirthDate,
    PatientSex: context.patientSex,
    StudyInstanceUID: context.studyInstanceUid,
    SeriesInstanceUID: context.seriesInstanceUid,
    StudyID: context.studyId,
    SeriesNumber: kind.seriesNumber,
    InstanceNumber: "1",
    ...content,
    _vrMap: vrs,
    _meta: {
      FileMetaInformationVersion: { Value: [new Uint8Array([0, 1]).buffer], vr: "OB" },
      MediaStorageSOPClassUID: { Value: [kind.sopClassUid], vr: "UI" },
      MediaStorageSOPInstanceUID: { Value: [context.sopInstanceUid], vr: "UI" },
      TransferSyntaxUID: { Value: [EXPLICIT_VR_LITTLE_ENDIAN], vr: "UI" },
      ImplementationClassUID: { Value: [IMPLEMENTATION_CLASS_UID], vr: "UI" },
      ImplementationVersionName: { Value: [IMPLEMENTATION_VERSION_NAME], vr: "SH" },
    },
  };
  return Buffer.from(dcmjs.data.datasetToBuffer(dataset));
}
