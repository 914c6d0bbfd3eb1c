import { type Actor, sitesFor } from "../../../core/access/actor.ts";
import type { TaskSummary } from "../../../core/api/payloads/task-summary.ts";
import type { Answer } from "../../../core/api/payloads.ts";
import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { noteView } from "../../../core/infra/postgres/note-view.ts";
import { taskSummary } from "../../../core/infra/postgres/queries/summary-rows.ts";
import { getTask, listTasks, taskRow } from "../../../core/infra/postgres/queries/task-queries.ts";
import type { InReadingTransaction } from "../../../core/infra/postgres/reading-transaction.ts";
import { claimTask, releaseTask, withdrawTask } from "../../../core/reading/claim-task.ts";
import type { ReadingTransaction } from "../../../core/reading/reading-transaction.ts";
import { changeRequest } from "../../../core/reading/request-reading.ts";
import { saveDraft } from "../../../core/report/save-draft.ts";
import { countersignReport, recallReport, returnReport, submitReport } from "../../../core/report/sign-report.ts";
import type { Handlers } from "../api-router.ts";

export interface TaskRouteDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
}

type TaskOperation =
  | "listTasks"
  | "getTask"
  | "claimTask"
  | "releaseTask"
  | "withdrawTask"
  | "changeRequest"
  | "saveDraft"
  | "submitReport"
  | "recallReport"
  | "returnReport"
  | "countersignReport";

export function taskRoutes({ db, inReadingTransaction }: TaskRouteDeps): Pick<Handlers, TaskOperation> {
  type Move = (tx: ReadingTransaction) => Promise<void>;
  const detailAfter = async (actor: Actor, taskId: string, move: Move): Promise<Answer<"getTask">> => {
    await inReadingTransaction(actor, move);
    return asActor(db, actor, (tx) => getTask(tx, actor, taskId));
  };
  const summaryAfter = async (actor: Actor, taskId: string, move: Move): Promise<TaskSummary> => {
    await inReadingTransaction(actor, move);
    return asActor(db, actor, async (tx) => taskSummary(await taskRow(tx, taskId), taskId));
  };
  return {
    listTasks: ({ actor, query }) =>
      asActor(db, actor, (tx) => listTasks(tx, actor, sitesFor(actor, "task.write"), query)),
    getTask: ({ actor, params }) =>
      asActor(db, actor, async (tx) => {
        const detail = await getTask(tx, actor, params.taskId);
        await noteView(tx, actor, (await taskRow(tx, params.taskId)).study_id, "study.view");
        return detail;
      }),
    claimTask: ({ actor, params: { taskId } }) => detailAfter(actor, taskId, (tx) => claimTask(tx, actor, taskId)),
    releaseTask: ({ actor, params: { taskId } }) => summaryAfter(actor, taskId, (tx) => releaseTask(tx, actor, taskId)),
    withdrawTask: ({ actor, params: { taskId } }) =>
      summaryAfter(actor, taskId, (tx) => withdrawTask(tx, actor, taskId)),
    changeRequest: ({ actor, params: { taskId }, body }) =>
      summaryAfter(actor, taskId, (tx) => changeRequest(tx, actor, taskId, body)),
    saveDraft: async ({ actor, params: { taskId }, body }) => {
      const { basedOn, ...text } = body;
      const draft = await inReadingTransaction(actor, (tx) => saveDraft(tx, actor, taskId, text, basedOn));
      return { ...draft, savedAt: new Date(draft.savedAt).toISOString() };
    },
    submitReport: ({ actor, params: { taskId }, body }) =>
      detailAfter(actor, taskId, (tx) => submitReport(tx, actor, taskId, body)),
    recallReport: ({ actor, params: { taskId } }) =>
      detailAfter(actor, taskId, (tx) => recallReport(tx, actor, taskId)),
    returnReport: ({ actor, params: { taskId }, body }) =>
      summaryAfter(actor, taskId, (tx) => returnReport(tx, actor, taskId, body.reason)),
    countersignReport: ({ actor, params: { taskId }, body }) =>
      detailAfter(actor, taskId, (tx) => countersignReport(tx, actor, taskId, body)),
  };
}
