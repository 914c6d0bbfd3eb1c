import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { routeTask as route } from "../../core/reading/request-reading.ts";

/** Puts a requested task on its centre's reading list. */
export function routeTask(inReadingTransaction: InReadingTransaction): JobHandler<"route-task"> {
  return ({ taskId }) => inReadingTransaction(null, (tx) => route(tx, taskId));
}
