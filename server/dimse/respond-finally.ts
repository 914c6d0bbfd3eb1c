import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import type { DimseAssociation, DimseRequest } from "./dimse-service.ts";
import type { SubOperations } from "./sub-operations.ts";

/** The last response of a C-GET or C-MOVE, with the list of what failed (PS3.4 §C.4.2.1.4.2, §C.4.3.1.3.2). */
export async function respondFinally(
  request: DimseRequest,
  association: DimseAssociation,
  progress: SubOperations,
): Promise<void> {
  const response = progress.final(request.signal.aborted);
  const failed = progress.failedSopInstanceUids;
  if (failed.length === 0) return association.respond(request, response);
  const isImplicitVr = request.context.transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
  const identifier = { "00080058": { vr: "UI", Value: failed } };
  await association.respond(request, response, encodeDataSet(identifier, { isImplicitVr, characterSet: "ISO_IR 192" }));
}
