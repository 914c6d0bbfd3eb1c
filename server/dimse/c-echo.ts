import type { DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";

const VERIFICATION_SOP_CLASS_UID = "1.2.840.10008.1.1";

/** Verification (PS3.4 Annex A). */
export const cEchoService: DimseService = {
  commandField: 0x0030,
  supports: (abstractSyntaxUid) => abstractSyntaxUid === VERIFICATION_SOP_CLASS_UID,
  serve: (request, association) => association.respond(request, { status: SUCCESS }),
};
