import { STORAGE_SOP_CLASSES } from "../../core/dicom/storage-sop-classes.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { InstanceClaim, InstanceReceiver } from "../../core/ports.ts";
import type { DimseAssociation, DimseRequest, DimseService } from "./dimse-service.ts";
import { SOP_CLASS_NOT_SUPPORTED, SUCCESS } from "./dimse-status.ts";

/** Storage (PS3.4 Annex B): the bytes go to the receiver as they arrive, Success is said once it has stored them. */
export function cStoreService(receiver: InstanceReceiver): DimseService {
  return {
    commandField: 0x0001,
    supports: (abstractSyntaxUid) => STORAGE_SOP_CLASSES.has(abstractSyntaxUid),
    async serve(request, association) {
      const claim = claimOf(request);
      if (claim.sopClassUid !== request.context.abstractSyntaxUid) {
        await request.dataSet.discard();
        await association.respond(request, {
          status: SOP_CLASS_NOT_SUPPORTED,
          affectedSopInstanceUid: claim.sopInstanceUid,
          errorComment: "SOP class is not that of the presentation context",
        });
        return;
      }
      const studyInstanceUid = await storeInstance(receiver, request, claim, association);
      association.storedStudyInstanceUids.add(studyInstanceUid);
      await association.respond(request, { status: SUCCESS, affectedSopInstanceUid: claim.sopInstanceUid });
    },
  };
}

async function storeInstance(
  receiver: InstanceReceiver,
  request: DimseRequest,
  claim: InstanceClaim,
  association: DimseAssociation,
): Promise<string> {
  const incoming = await receiver.receiveDataSet(association.source, claim);
  try {
    await request.dataSet.drain((fragment) => incoming.write(fragment));
  } catch (error) {
    await incoming.abort().catch((abortError: unknown) => {
      association.log({ event: "instance-abort-failed", sopInstanceUid: claim.sopInstanceUid, error: abortError });
    });
    throw error;
  }
  return (await incoming.store()).studyInstanceUid;
}

function claimOf({ command, context }: DimseRequest): InstanceClaim {
  return {
    sopClassUid: requiredUid(command.affectedSopClassUid, "AffectedSOPClassUID"),
    sopInstanceUid: requiredUid(command.affectedSopInstanceUid, "AffectedSOPInstanceUID"),
    transferSyntaxUid: context.transferSyntaxUid,
  };
}

function requiredUid(value: string | undefined, attribute: string): string {
  if (value === undefined) throw new DomainError("dicom-identifier-missing", { attribute });
  if (!isUid(value)) throw new DomainError("dicom-identifier-invalid", { attribute });
  return value;
}
