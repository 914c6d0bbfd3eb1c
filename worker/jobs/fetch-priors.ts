import { DomainError } from "../../core/errors.ts";
import type { Caller } from "../../core/infra/dimse-scu/open-association.ts";
import { findStudies, moveStudies } from "../../core/infra/dimse-scu/query-retrieve-scu.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { FoundDestination } from "../../core/infra/postgres/find-destination.ts";
import {
  findPriorSearch,
  noteAsked,
  noteFound,
  noteMoved,
  type PriorSearch,
} from "../../core/infra/postgres/prior-queries.ts";
import type { Transfer } from "../../core/infra/postgres/transfer-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { type FoundStudy, selectPriors, whyNotAsked } from "../../core/study/select-priors.ts";
import { attemptTransfer } from "../attempt-transfer.ts";

export interface FetchPriorsDeps {
  readonly db: Database;
  readonly caller: Caller;
}

/**
 * Has the PACS of a study's own hospital send the patient's earlier studies to the hub's DICOM port, while somebody reads
 * the study. Safe twice: what is here already is not asked for again.
 */
export function fetchPriors(deps: FetchPriorsDeps): JobHandler<"fetch-priors"> {
  return ({ transferId }) =>
    attemptTransfer(deps.db, "priors", transferId, async (transfer, source) => {
      const search = await findPriorSearch(deps.db, transfer);
      if (!search?.isWanted || search.rules.length === 0) return;
      const why = search.identityConflict
        ? "identity-conflict"
        : whyNotAsked(search.read.patientId, search.read.birthDate);
      if (why) throw await refused(deps.db, transfer, why);
      const found = await askFor(deps.caller, source, search);
      const selection = selectPriors(search.read, search.rules, found);
      const toMove = await asHub(deps.db, (tx) => noteFound(tx, transfer, search.siteId, selection));
      if (toMove.length > 0) await move(deps, transfer, source, search, toMove);
    });
}

/** One query for each issuer that the rules name; mostly that is one. */
async function askFor(caller: Caller, source: FoundDestination, { read, rules }: PriorSearch) {
  const found = new Map<string, FoundStudy>();
  for (const issuer of new Set(rules.map((rule) => rule.issuer)))
    for (const study of await findStudies(caller, source, { patientId: read.patientId, issuer }))
      found.set(study.studyInstanceUid, study);
  return [...found.values()];
}

async function move(
  { db, caller }: FetchPriorsDeps,
  transfer: Transfer,
  source: FoundDestination,
  search: PriorSearch,
  studies: readonly FoundStudy[],
): Promise<void> {
  const sum = { studies: 0, instances: 0, failed: 0 };
  let before = 0;
  try {
    await moveStudies(caller, source, studies, {
      asking: async ({ studyInstanceUid }) => {
        before = await noteAsked(db, transfer, search.siteId, studyInstanceUid);
      },
      moved: async ({ studyInstanceUid }, { failed }) => {
        const arrived = await asHub(db, (tx) => noteMoved(tx, transfer, search, studyInstanceUid, before));
        // what came of somebody else is told as that, and is no prior of hers
        const instances = arrived.isOfOther ? 0 : arrived.instances;
        sum.studies += instances > 0 ? 1 : 0;
        sum.instances += instances;
        sum.failed += failed;
      },
    });
  } finally {
    if (sum.instances > 0) await writeDone(db, transfer, { studies: sum.studies, instances: sum.instances });
  }
  // B000H: the PACS could not send all of it; what is missing is asked for again
  if (sum.failed > 0) throw new DomainError("peer-refused", { aeTitle: source.aeTitle, status: 0xb000 });
}

function writeDone(db: Database, transfer: Transfer, counts: { readonly studies: number; readonly instances: number }) {
  const detail = { operation: "C-MOVE", source: transfer.destination, ...counts };
  return asHub(db, (tx) =>
    writeAudit(tx, { actor: "hub", action: "prior.fetch", outcome: "done", studyId: transfer.studyId, detail }),
  );
}

/** Who the patient is cannot be said surely enough for a stranger's archive to be asked. */
async function refused(db: Database, transfer: Transfer, reason: string): Promise<DomainError> {
  const detail = { source: transfer.destination, reason };
  await asHub(db, (tx) =>
    writeAudit(tx, { actor: "hub", action: "prior.fetch", outcome: "refused", studyId: transfer.studyId, detail }),
  );
  return new DomainError("prior-patient-unsure", { reason });
}
