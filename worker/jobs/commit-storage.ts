import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { checkCommitment } from "../../core/infra/archive/check-commitment.ts";
import { type Caller, type Destination, openAssociation } from "../../core/infra/dimse-scu/open-association.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { type Commitment, findCommitment, noteReported } from "../../core/infra/postgres/commitment-queries.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { wholeDataSet } from "../../core/infra/upper-layer/whole-data-set.ts";
import type { BlobStore } from "../../core/ports.ts";
import {
  eventTypeOf,
  reportDataSet,
  STORAGE_COMMITMENT_SOP_CLASS,
  STORAGE_COMMITMENT_SOP_INSTANCE,
} from "../../core/study/storage-commitment.ts";
import { atDestination } from "../at-destination.ts";

export interface CommitStorageDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly caller: Caller;
}

const N_EVENT_REPORT = 0x0100;

/** Reads what a device wants committed again, and tells it on an association of the hub's own; until it has heard it. */
export function commitStorage(deps: CommitStorageDeps): JobHandler<"commit-storage"> {
  return async ({ commitmentId }) => {
    const asked = await findCommitment(deps.db, commitmentId);
    if (!asked || asked.isReported) return;
    await atDestination(deps.db, asked.aeTitle, `commitment ${asked.id}`, (destination) =>
      checkAndTell(deps, asked, destination),
    );
  };
}

async function checkAndTell(
  { db, blobs, caller }: CommitStorageDeps,
  asked: Commitment,
  destination: Destination,
): Promise<void> {
  const report = await checkCommitment({ db, blobs }, asked.siteId, asked.transactionUid, asked.instances);
  const association = await openAssociation(caller, destination, [
    {
      abstractSyntaxUid: STORAGE_COMMITMENT_SOP_CLASS,
      transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN],
      asScp: true,
    },
  ]);
  try {
    const [context] = association.contexts;
    if (!context) throw new DomainError("peer-refused", { aeTitle: asked.aeTitle });
    const isImplicitVr = context.transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
    const bytes = encodeDataSet(reportDataSet(report), { isImplicitVr, characterSet: "ISO_IR 192" });
    const command = {
      commandField: N_EVENT_REPORT,
      affectedSopClassUid: STORAGE_COMMITMENT_SOP_CLASS,
      affectedSopInstanceUid: STORAGE_COMMITMENT_SOP_INSTANCE,
      eventTypeId: eventTypeOf(report),
    };
    const { command: answer } = await association.request(context, command, wholeDataSet(bytes));
    if (answer.status !== 0)
      throw new DomainError("peer-refused", { aeTitle: asked.aeTitle, status: answer.status ?? null });
  } finally {
    await association.release().catch(() => undefined);
  }
  await asHub(db, (tx) => noteReported(tx, asked.id, report.failed.length));
}
