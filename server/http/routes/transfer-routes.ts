import type { Actor } from "../../../core/access/actor.ts";
import { DomainError } from "../../../core/errors.ts";
import { AssociationFailed } from "../../../core/infra/dimse-scu/association-failed.ts";
import { echoPeer } from "../../../core/infra/dimse-scu/echo-scu.ts";
import type { Caller, Destination } from "../../../core/infra/dimse-scu/open-association.ts";
import { asHub } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { findDestination } from "../../../core/infra/postgres/find-destination.ts";
import {
  changeDestination,
  holdDestination,
  listDestinations,
  resumeDestination,
  retryTransfers,
} from "../../../core/infra/postgres/queries/destination-list.ts";
import { abandonTransfer, listTransfers, retryTransfer } from "../../../core/infra/postgres/queries/transfer-list.ts";
import { writeAudit } from "../../../core/infra/postgres/write-audit.ts";
import type { Handlers } from "../api-router.ts";

type TransferOperation =
  | "listTransfers"
  | "retryTransfer"
  | "abandonTransfer"
  | "echoApplicationEntity"
  | "listDestinations"
  | "changeDestination"
  | "holdDestination"
  | "resumeDestination"
  | "retryTransfers";

export interface TransferRoutesDeps {
  readonly db: Database;
  readonly caller: Caller;
}

/** Somebody is waiting at a page. */
const ECHO_TIMEOUTS = { connectMs: 5000, responseMs: 5000 };

/** What goes to other archives and comes from them, and whether they answer. */
export function transferRoutes({ db, caller }: TransferRoutesDeps): Pick<Handlers, TransferOperation> {
  const line = (actor: Actor) => ({ actor: actor.username, accountId: actor.accountId, outcome: "done" }) as const;
  return {
    listTransfers: ({ query }) => asHub(db, (tx) => listTransfers(tx, query)),
    retryTransfer: ({ actor, params }) =>
      asHub(db, async (tx) => {
        const transfer = await retryTransfer(tx, params.transferId);
        const detail = { kind: transfer.kind, destination: transfer.peer, studyInstanceUid: transfer.studyInstanceUid };
        await writeAudit(tx, { ...line(actor), action: "transfer.retry", detail });
        return transfer;
      }),
    abandonTransfer: ({ actor, params }) =>
      asHub(db, async (tx) => {
        const transfer = await abandonTransfer(tx, params.transferId);
        const detail = { kind: transfer.kind, destination: transfer.peer, studyInstanceUid: transfer.studyInstanceUid };
        await writeAudit(tx, { ...line(actor), action: "transfer.abandon", detail });
        return transfer;
      }),
    listDestinations: () => asHub(db, listDestinations),
    changeDestination: ({ actor, params, body }) => asHub(db, (tx) => changeDestination(tx, actor, params.title, body)),
    holdDestination: ({ actor, params, body }) => asHub(db, (tx) => holdDestination(tx, actor, params.title, body)),
    resumeDestination: ({ actor, params }) => asHub(db, (tx) => resumeDestination(tx, actor, params.title)),
    retryTransfers: ({ actor, params }) => asHub(db, (tx) => retryTransfers(tx, actor, params.title)),
    echoApplicationEntity: async ({ actor, params: { title } }) => {
      const destination = await findDestination(db, title);
      if (!destination) throw new DomainError("not-found", { aeTitle: title });
      const answer = await echo(caller, destination);
      const detail = { title, failure: answer.failure };
      await writeAudit(db, { ...line(actor), action: "application-entity.echo", detail });
      return answer;
    },
  };
}

async function echo(caller: Caller, destination: Destination) {
  try {
    const milliseconds = Math.round(await echoPeer({ ...caller, timeouts: ECHO_TIMEOUTS }, destination));
    return { ok: true, milliseconds, failure: null, reason: null };
  } catch (error) {
    if (!(error instanceof AssociationFailed)) throw error;
    return { ok: false, milliseconds: null, failure: error.failure, reason: error.message };
  }
}
