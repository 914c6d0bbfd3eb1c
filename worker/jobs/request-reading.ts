import { sql } from "kysely";
import { DomainError, type ErrorCode } from "../../core/errors.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { readingModality, requestReading as request } from "../../core/reading/request-reading.ts";

export interface RequestReadingDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
}

const NOTHING_TO_DO: ReadonlySet<ErrorCode> = new Set([
  "task-exists",
  "study-not-complete",
  "study-deleted",
  "study-rejected",
]);

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
        await request(tx, null, study.studyInstanceUid, await wordsOfOrder(db, studyId));
      });
    } catch (error) {
      // Late instances have re-opened it, or come after all was rejected: the job that completes it again asks again.
      if (!(error instanceof DomainError) || !NOTHING_TO_DO.has(error.code)) throw error;
    }
  };
}

/** What was written when the study was ordered, found by its UID or its accession number at its site. */
async function wordsOfOrder(
  db: Database,
  studyId: string,
): Promise<{
  readonly clinicalHistory: string;
  readonly question: string;
  readonly urgency: "routine" | "urgent";
}> {
  const { rows } = await sql<Awaited<ReturnType<typeof wordsOfOrder>>>`
    SELECT o.clinical_history AS "clinicalHistory", o.question, o.urgency FROM study s
    JOIN imaging_order o ON o.site_id = s.site_id JOIN scheduled_step p ON p.order_id = o.id
    WHERE s.id = ${studyId} AND (p.study_instance_uid = s.study_instance_uid
      OR (s.accession_number <> '' AND o.accession_number = s.accession_number))
    LIMIT 1`.execute(db);
  return rows[0] ?? { clinicalHistory: "", question: "", urgency: "routine" };
}
