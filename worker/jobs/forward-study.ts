import { DomainError } from "../../core/errors.ts";
import type { Caller, Destination } from "../../core/infra/dimse-scu/open-association.ts";
import type { SendResult } from "../../core/infra/dimse-scu/send-instance.ts";
import { storeScu } from "../../core/infra/dimse-scu/store-scu.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { maySee, noteSettled, type Transfer, unsentInstances } from "../../core/infra/postgres/transfer-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { BlobStore } from "../../core/ports.ts";
import { attemptTransfer } from "../attempt-transfer.ts";

export interface ForwardStudyDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly caller: Caller;
}

const PAGE = 200;

/**
 * Sends a study on, each instance until it is settled, so that nothing confirmed is sent again unless its patient has been
 * changed since: then it goes once more under the same UIDs, as a peer that keeps what it has already is free to. A destination that is away or
 * full fails the job, which comes back later and later; one that refuses an instance is not asked for it again.
 */
export function forwardStudy(deps: ForwardStudyDeps): JobHandler<"forward-study"> {
  return ({ transferId }) =>
    attemptTransfer(deps.db, "forward", transferId, async (transfer, destination) => {
      if (!(await maySee(deps.db, transfer.studyId, destination.siteId)))
        throw await refused(deps.db, transfer, destination);
      await sendAll(deps, transfer, destination);
    });
}

/** A destination's site gets no more by forwarding than by C-MOVE. */
async function refused(db: Database, transfer: Transfer, { aeTitle }: Destination): Promise<DomainError> {
  const error = new DomainError("destination-may-not-see", { aeTitle });
  const detail = { operation: "C-STORE", destination: aeTitle, code: error.code };
  await asHub(db, (tx) =>
    writeAudit(tx, { actor: "hub", action: "study.forward", outcome: "refused", studyId: transfer.studyId, detail }),
  );
  return error;
}

async function sendAll({ db, blobs, caller }: ForwardStudyDeps, transfer: Transfer, destination: Destination) {
  let count = 0;
  for (;;) {
    const page = await unsentInstances(db, transfer, PAGE);
    if (page.length === 0) break;
    const scu = storeScu({ caller, destination, blobs, expected: page.map(({ instance }) => instance) });
    try {
      for (const numbered of page) {
        const result = await scu.send(numbered.instance);
        if (result.outcome === "failed" && mayChange(result)) throw faultOf(result, destination);
        await noteSettled(db, transfer.id, numbered, result.outcome === "failed");
        count++;
      }
    } finally {
      await scu.close();
    }
  }
  if (count === 0) return;
  const detail = { operation: "C-STORE", destination: destination.aeTitle, instances: count };
  await asHub(db, (tx) =>
    writeAudit(tx, { actor: "hub", action: "study.forward", outcome: "done", studyId: transfer.studyId, detail }),
  );
}

type Failed = Extract<SendResult, { readonly outcome: "failed" }>;

/** What cannot be read here, and a destination that is out of resources (A7xxH), may be otherwise later. */
function mayChange({ by, reason }: Failed): boolean {
  return by === "storage" || (typeof reason.status === "number" && reason.status >> 8 === 0xa7);
}

function faultOf({ by, reason }: Failed, { aeTitle }: Destination): DomainError {
  if (by === "storage") return new DomainError("storage-failed", {}, { cause: reason.error });
  return new DomainError("peer-refused", { aeTitle, status: Number(reason.status) });
}
