import { type DicomJsonDataset, numberOf, stringOf } from "../image/dicom-json.ts";
import { type CodedConcept, conceptOf } from "./coded-concept.ts";

/** A document inside an instance (PS3.3 §C.24.2), as it can be offered: its bytes are where `uri` says, or inline. */
export interface EncapsulatedDocument {
  readonly sopInstanceUid: string;
  readonly title: string;
  readonly concept: CodedConcept | undefined;
  /** What its SOP class says where it says nothing itself. */
  readonly mediaType: string;
  /** DA and TM as stored. */
  readonly contentDate: string;
  readonly contentTime: string;
  readonly institution: string;
  /** Without padding, when it says so. */
  readonly byteLength: number | undefined;
  readonly uri: string | undefined;
  /** Base64. */
  readonly inline: string | undefined;
}

const ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104.";
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  "1": "application/pdf",
  "2": "text/xml",
  "3": "model/stl",
  "4": "model/obj",
  "5": "model/mtl",
};

/** Undefined for what encapsulates nothing. Never throws. */
export function encapsulatedDocumentOf(dataset: DicomJsonDataset): EncapsulatedDocument | undefined {
  const sopClassUid = stringOf(dataset, "00080016") ?? "";
  if (!sopClassUid.startsWith(ENCAPSULATED)) return undefined;
  const byteLength = numberOf(dataset, "00420015");
  const { BulkDataURI, InlineBinary } = dataset["00420011"] ?? {};
  return {
    sopInstanceUid: stringOf(dataset, "00080018") ?? "",
    title: stringOf(dataset, "00420010") ?? stringOf(dataset, "0008103E") ?? "",
    concept: conceptOf(dataset, "0040A043"),
    mediaType:
      stringOf(dataset, "00420012") ??
      MEDIA_TYPES[sopClassUid.slice(ENCAPSULATED.length)] ??
      "application/octet-stream",
    contentDate: stringOf(dataset, "00080023") ?? "",
    contentTime: stringOf(dataset, "00080033") ?? "",
    institution: stringOf(dataset, "00080080") ?? "",
    byteLength:
      byteLength !== undefined && Number.isSafeInteger(byteLength) && byteLength >= 0 ? byteLength : undefined,
    uri: typeof BulkDataURI === "string" ? BulkDataURI : undefined,
    inline: typeof InlineBinary === "string" ? InlineBinary : undefined,
  };
}
