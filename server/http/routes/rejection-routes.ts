import { assertMay } from "../../../core/access/actor.ts";
import { rejectInstances } from "../../../core/infra/archive/reject-instances.ts";
import { asActor, asHub } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  findRejectable,
  listSeriesInstances,
  undoRejection,
} from "../../../core/infra/postgres/queries/rejection-queries.ts";
import type { InstanceReceiver } from "../../../core/ports.ts";
import type { Handlers } from "../api-router.ts";

export interface RejectionRouteDeps {
  readonly db: Database;
  readonly receiver: InstanceReceiver;
}

export function rejectionRoutes({
  db,
  receiver,
}: RejectionRouteDeps): Pick<Handlers, "listSeriesInstances" | "rejectInstances" | "undoRejection"> {
  return {
    listSeriesInstances: ({ actor, params }) =>
      asActor(db, actor, (tx) => listSeriesInstances(tx, params.studyInstanceUid, params.seriesInstanceUid)),
    rejectInstances: async ({ actor, params, body }) => ({
      rejected: await rejectInstances({ db, receiver, clock: Date.now }, actor, params.studyInstanceUid, body),
    }),
    undoRejection: async ({ actor, params }) => {
      const { studyId, siteId } = await asActor(db, actor, (tx) => findRejectable(tx, params.studyInstanceUid));
      assertMay(actor, "study.reject", [{ siteId, relation: "origin" }]);
      await asHub(db, (tx) => undoRejection(tx, actor, studyId, params.rejectionId));
      return null;
    },
  };
}
