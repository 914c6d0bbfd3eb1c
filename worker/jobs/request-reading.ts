import { DomainError } from "../../core/errors.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { readingModality, requestReading as request } from "../../core/reading/request-reading.ts";

export interface RequestReadingDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
}

/** No task where there is one already, or where no centre reads that kind: the technician sees it on the board. */
export function requestReading({ db, inReadingTransaction }: RequestReadingDeps): JobHandler<"request-reading"> {
  return async ({ studyId }) => {
    const found = await db
      .selectFrom("study")
      .select("study_instance_uid")
      .where("id", "=", studyId)
      .executeTakeFirst();
    if (!found) return;
    try {
      await inReadingTransaction(null, async (tx) => {
        const study = await tx.lockStudy(found.study_instance_uid);
        if ((await tx.centreFor(study.siteId, readingModality(study.modalities))) === null) return;
        await request(tx, null, study.studyInstanceUid, { clinicalHistory: "", question: "", urgency: "routine" });
      });
    } catch (error) {
      // Late instances have re-opened it: the job that completes it again asks again.
      if (!(error instanceof DomainError) || !["task-exists", "study-not-complete"].includes(error.code)) throw error;
    }
  };
}
