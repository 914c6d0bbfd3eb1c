import dcmjs from "dcmjs";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../dicom/uid.ts";

const ENCAPSULATED_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1";

/** What the document takes over from the study it belongs to, as that study's own header has it. */
export interface EncapsulatedPdfContext {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly patientName: { readonly alphabetic: string; readonly ideographic: string; readonly phonetic: string };
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
  readonly title: string;
}

/** An Encapsulated PDF instance (PS3.3 A.45.1), Explicit VR Little Endian, UTF-8. */
export function encapsulatedPdf(pdf: Buffer, context: EncapsulatedPdfContext): Buffer {
  const { alphabetic, ideographic, phonetic } = context.patientName;
  const dataset = {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: ENCAPSULATED_PDF_STORAGE,
    SOPInstanceUID: context.sopInstanceUid,
    StudyDate: context.studyDate,
    SeriesDate: context.contentDate,
    ContentDate: context.contentDate,
    AcquisitionDateTime: "",
    StudyTime: context.studyTime,
    SeriesTime: context.contentTime,
    ContentTime: context.contentTime,
    AccessionNumber: context.accessionNumber,
    Modality: "DOC",
    ConversionType: "WSD",
    Manufacturer: "Tele-reading Hub",
    InstitutionName: context.institutionName,
    ReferringPhysicianName: context.referringPhysician,
    TimezoneOffsetFromUTC: context.timezoneOffset,
    SeriesDescription: context.title,
    PatientName: [alphabetic, ideographic, phonetic].join("=").replace(/=+$/, ""),
    PatientID: context.patientId,
    PatientBirthDate: context.patientBirthDate,
    PatientSex: context.patientSex,
    StudyInstanceUID: context.studyInstanceUid,
    SeriesInstanceUID: context.seriesInstanceUid,
    StudyID: context.studyId,
    SeriesNumber: "9900",
    InstanceNumber: "1",
    BurnedInAnnotation: "YES",
    DocumentTitle: context.title,
    ConceptNameCodeSequence: [
      { CodeValue: "18748-4", CodingSchemeDesignator: "LN", CodeMeaning: "Diagnostic imaging study" },
    ],
    MIMETypeOfEncapsulatedDocument: "application/pdf",
    EncapsulatedDocument: [even(pdf)],
    EncapsulatedDocumentLength: pdf.length,
    _vrMap: { EncapsulatedDocument: "OB" },
    _meta: {
      FileMetaInformationVersion: { Value: [new Uint8Array([0, 1]).buffer], vr: "OB" },
      MediaStorageSOPClassUID: { Value: [ENCAPSULATED_PDF_STORAGE], vr: "UI" },
      MediaStorageSOPInstanceUID: { Value: [context.sopInstanceUid], vr: "UI" },
      TransferSyntaxUID: { Value: [EXPLICIT_VR_LITTLE_ENDIAN], vr: "UI" },
      ImplementationClassUID: { Value: [IMPLEMENTATION_CLASS_UID], vr: "UI" },
      ImplementationVersionName: { Value: [IMPLEMENTATION_VERSION_NAME], vr: "SH" },
    },
  };
  return Buffer.from(dcmjs.data.datasetToBuffer(dataset));
}

function even(pdf: Buffer): ArrayBuffer {
  const bytes = new Uint8Array(pdf.length + (pdf.length % 2));
  bytes.set(pdf);
  return bytes.buffer;
}
