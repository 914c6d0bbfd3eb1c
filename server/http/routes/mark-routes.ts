import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { noteView } from "../../../core/infra/postgres/note-view.ts";
import { listMarks } from "../../../core/infra/postgres/queries/mark-queries.ts";
import type { InReadingTransaction } from "../../../core/infra/postgres/reading-transaction.ts";
import { saveMarks } from "../../../core/reading/save-marks.ts";
import type { Handlers } from "../api-router.ts";

export interface MarkRouteDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
}

export function markRoutes({ db, inReadingTransaction }: MarkRouteDeps): Pick<Handlers, "listMarks" | "saveMarks"> {
  return {
    listMarks: ({ actor, params }) =>
      asActor(db, actor, async (tx) => {
        const { studyId, marks } = await listMarks(tx, params.studyInstanceUid);
        await noteView(tx, actor, studyId, "study.view");
        return { marks };
      }),
    saveMarks: async ({ actor, params: { taskId }, body }) => {
      const { saved, outdated, gone } = await inReadingTransaction(actor, (tx) =>
        saveMarks(tx, actor, taskId, body.marks),
      );
      return {
        saved: [...saved],
        outdated: outdated.map((mark) => ({ ...mark, points: mark.points.map(([x, y]): [number, number] => [x, y]) })),
        gone: [...gone],
      };
    },
  };
}
