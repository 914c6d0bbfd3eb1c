import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { itemsOf, stringOf } from "../../core/image/dicom-json.ts";
import { checkCommitment } from "../../core/infra/archive/check-commitment.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { addCommitment } from "../../core/infra/postgres/commitment-queries.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import { wholeDataSet } from "../../core/infra/upper-layer/whole-data-set.ts";
import type { BlobStore } from "../../core/ports.ts";
import {
  eventTypeOf,
  type ReferencedInstance,
  reportDataSet,
  STORAGE_COMMITMENT_SOP_CLASS,
  STORAGE_COMMITMENT_SOP_INSTANCE,
} from "../../core/study/storage-commitment.ts";
import { isImplicitVr } from "./context-encoding.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseAssociation, DimseRequest, DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";
import { readDataSet } from "./read-data-set.ts";

const INVALID_ARGUMENT = 0x0115;
const NO_SUCH_ACTION = 0x0123;
const REQUEST_COMMITMENT = 1;
const N_EVENT_REPORT = 0x0100;

/**
 * Storage Commitment Push (PS3.4 Annex J). A device that the hub can call is answered on an association of the hub's own, by a
 * job that outlives a restart; one that it cannot, on this association, once the bytes have been read again.
 */
export function storageCommitmentService(archive: { readonly db: Database; readonly blobs: BlobStore }): DimseService {
  const { db } = archive;
  return {
    commandField: 0x0130,
    supports: (abstractSyntaxUid) => abstractSyntaxUid === STORAGE_COMMITMENT_SOP_CLASS,
    async serve(request, association) {
      if (request.command.actionTypeId !== REQUEST_COMMITMENT) throw new DimseFault(NO_SUCH_ACTION, "No such action");
      const { transactionUid, instances } = await readRequest(request);
      const { siteId, sender: aeTitle } = association.source;
      const canBeCalled = (await findDestination(db, aeTitle)) !== null;
      await asHub(db, async (tx) => {
        if (canBeCalled) await addCommitment(tx, { transactionUid, aeTitle, siteId, instances });
        const detail = { instances: instances.length, transactionUid };
        await writeAudit(tx, { actor: aeTitle, action: "storage.commit", outcome: "done", detail });
      });
      await association.respond(request, {
        status: SUCCESS,
        actionTypeId: REQUEST_COMMITMENT,
        affectedSopInstanceUid: STORAGE_COMMITMENT_SOP_INSTANCE,
      });
      if (canBeCalled) return;
      await reportHere(request, association, await checkCommitment(archive, siteId, transactionUid, instances));
    },
  };
}

async function reportHere(
  request: DimseRequest,
  association: DimseAssociation,
  report: Parameters<typeof reportDataSet>[0],
): Promise<void> {
  const bytes = encodeDataSet(reportDataSet(report), {
    isImplicitVr: isImplicitVr(request.context),
    characterSet: "ISO_IR 192",
  });
  const command = {
    commandField: N_EVENT_REPORT,
    affectedSopClassUid: STORAGE_COMMITMENT_SOP_CLASS,
    affectedSopInstanceUid: STORAGE_COMMITMENT_SOP_INSTANCE,
    eventTypeId: eventTypeOf(report),
  };
  const { status } = await association.request(request.context, command, wholeDataSet(bytes));
  association.log({ event: "commitment-reported", failed: report.failed.length, status });
}

async function readRequest(
  request: DimseRequest,
): Promise<{ readonly transactionUid: string; readonly instances: readonly ReferencedInstance[] }> {
  const { dataSet } = await readDataSet(request);
  const transactionUid = stringOf(dataSet, "00081195") ?? "";
  if (!isUid(transactionUid)) throw new DimseFault(INVALID_ARGUMENT, "Transaction UID is missing or no UID");
  const instances = itemsOf(dataSet, "00081199").map((item) => ({
    sopClassUid: stringOf(item, "00081150") ?? "",
    sopInstanceUid: stringOf(item, "00081155") ?? "",
  }));
  if (instances.length === 0 || instances.some((each) => !isUid(each.sopClassUid) || !isUid(each.sopInstanceUid)))
    throw new DimseFault(INVALID_ARGUMENT, "Referenced SOP Sequence is empty or not of UIDs");
  return { transactionUid, instances };
}
