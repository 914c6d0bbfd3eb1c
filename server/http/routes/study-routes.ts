import { type Actor, sitesFor } from "../../../core/access/actor.ts";
import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { noteView } from "../../../core/infra/postgres/note-view.ts";
import { findStoredInstances, getStudy, listStudies } from "../../../core/infra/postgres/queries/study-queries.ts";
import { taskSummary } from "../../../core/infra/postgres/queries/summary-rows.ts";
import { taskRow } from "../../../core/infra/postgres/queries/task-queries.ts";
import type { InReadingTransaction } from "../../../core/infra/postgres/reading-transaction.ts";
import { requestReading } from "../../../core/reading/request-reading.ts";
import type { Handlers } from "../api-router.ts";

export interface StudyRouteDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
}

export function studyRoutes(
  deps: StudyRouteDeps,
): Pick<Handlers, "listStudies" | "getStudy" | "requestReading" | "findStoredInstances"> {
  return {
    listStudies: ({ actor, query }) => listStudies(deps.db, actor, ownSites(actor), query),
    getStudy: ({ actor, params }) =>
      asActor(deps.db, actor, async (tx) => {
        const { studyId, ...detail } = await getStudy(tx, actor, params.studyInstanceUid);
        await noteView(tx, actor, studyId, "study.view");
        return detail;
      }),
    requestReading: async ({ actor, params, body }) => {
      const taskId = await deps.inReadingTransaction(actor, (tx) =>
        requestReading(tx, actor, params.studyInstanceUid, body),
      );
      return asActor(deps.db, actor, async (tx) => taskSummary(await taskRow(tx, taskId), taskId));
    },
    findStoredInstances: ({ actor, body }) =>
      asActor(deps.db, actor, async (tx) => ({ stored: await findStoredInstances(tx, body) })),
  };
}

/** The board of a site shows the site's own studies; an administrator's shows the district's. */
function ownSites(actor: Actor): readonly string[] | "all" {
  return actor.grants.some((grant) => grant.role === "administrator") ? "all" : sitesFor(actor, "study.view");
}
