import { IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import type { AcceptedContext } from "../../core/infra/upper-layer/pdu.ts";

/** Whether data sets on this context leave their VRs out. */
export function isImplicitVr({ transferSyntaxUid }: AcceptedContext): boolean {
  return transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
}
