import { DomainError, type ErrorCode } from "../../core/errors.ts";
import { DimseFault } from "./dimse-fault.ts";

/** Status values that are not made from an error (PS3.7 Annex C). */
export const SUCCESS = 0x0000;
export const SOP_CLASS_NOT_SUPPORTED = 0x0122;
export const UNRECOGNIZED_OPERATION = 0x0211;

interface DimseStatus {
  readonly status: number;
  /** For (0000,0902): ASCII, at most 64 characters, nothing of the patient's. */
  readonly errorComment: string;
}

/** C-STORE statuses of PS3.4 §B.2.3 and PS3.7 §9.1.1.1.9. */
const PROCESSING_FAILURE = 0x0110;
const DUPLICATE_SOP_INSTANCE = 0x0111;
const NOT_AUTHORIZED = 0x0124;
const OUT_OF_RESOURCES = 0xa700;
const DATA_SET_DOES_NOT_MATCH = 0xa900;
const CANNOT_UNDERSTAND = 0xc000;

const STATUS_OF_CODE: ReadonlyMap<ErrorCode, readonly [status: number, comment: string]> = new Map([
  ["storage-full", [OUT_OF_RESOURCES, "Storage is full, send again later"]],
  ["storage-failed", [OUT_OF_RESOURCES, "Storage is not available, send again later"]],
  ["too-large", [OUT_OF_RESOURCES, "Instance is larger than allowed"]],
  ["sop-class-unsupported", [SOP_CLASS_NOT_SUPPORTED, "SOP class is not supported"]],
  ["sop-class-mismatch", [DATA_SET_DOES_NOT_MATCH, "Data set is not of the SOP class that was announced"]],
  ["dicom-unreadable", [CANNOT_UNDERSTAND, "Data set cannot be read"]],
  ["dicom-truncated", [CANNOT_UNDERSTAND, "Data set is cut short"]],
  ["dicom-identifier-missing", [CANNOT_UNDERSTAND, "A required identifier is missing"]],
  ["dicom-identifier-invalid", [CANNOT_UNDERSTAND, "An identifier is not valid"]],
  ["dicom-header-too-large", [CANNOT_UNDERSTAND, "Header is larger than allowed"]],
  ["instance-differs", [DUPLICATE_SOP_INSTANCE, "Other bytes are stored under this SOP Instance UID"]],
  // not A7xxH, which says "again later", and some senders then send for ever
  ["instance-rejected", [NOT_AUTHORIZED, "Instance was rejected before by a rejection note"]],
  ["study-of-another-site", [NOT_AUTHORIZED, "Study belongs to another institution"]],
]);

/** The one translator from errors to DIMSE. Whatever is not known is a processing failure that says nothing more. */
export function dimseStatusOf(error: unknown): DimseStatus {
  if (error instanceof DimseFault) return { status: error.status, errorComment: error.errorComment };
  if (error instanceof DomainError) {
    const known = STATUS_OF_CODE.get(error.code);
    if (known) return { status: known[0], errorComment: known[1] };
    if (error.kind === "forbidden") return { status: NOT_AUTHORIZED, errorComment: "Not allowed" };
  }
  return { status: PROCESSING_FAILURE, errorComment: "Processing failure" };
}
