import { sql } from "kysely";
import { DomainError } from "../../core/errors.ts";
import { asHub, type HubTx } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { Clock } from "../../core/ports.ts";
import { readingModality, requestReading } from "../../core/reading/request-reading.ts";
import { completeAt } from "../../core/study/completeness.ts";

export interface CompleteStudyDeps {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
  readonly clock: Clock;
}

/**
 * Looks at the watermark of a study: quiet long enough, and it is complete; not yet, and the job puts itself off. A study
 * that late instances re-opened becomes complete again, and its reader is told. A site may have every study asked for.
 */
export function completeStudy(deps: CompleteStudyDeps): JobHandler<"complete-study"> {
  return async ({ studyId }) => {
    const completed = await asHub(deps.db, (tx) => complete(tx, studyId, deps.clock()));
    if (completed?.autoRequest) await requestBySite(deps.inReadingTransaction, completed.studyInstanceUid);
  };
}

interface StudyRow {
  readonly study_instance_uid: string;
  readonly site_id: string;
  readonly state: "receiving" | "complete";
  readonly last_received_at: Date;
  readonly released_at: Date | null;
  readonly completed_at: Date | null;
  readonly instance_count: number;
  readonly quiet_seconds: number;
  readonly auto_request: boolean;
}

async function complete(tx: HubTx, studyId: string, now: number) {
  const { rows } = await sql<StudyRow>`
    SELECT s.study_instance_uid, s.site_id, s.state, s.last_received_at, s.released_at, s.completed_at, s.instance_count,
      o.quiet_seconds, o.auto_request
    FROM study s JOIN site o ON o.id = s.site_id WHERE s.id = ${studyId} FOR UPDATE OF s`.execute(tx);
  const study = rows[0];
  if (!study) return null;
  if (study.state === "complete") return null;
  const at = completeAt({
    lastReceivedAt: study.last_received_at.getTime(),
    releasedAt: study.released_at?.getTime() ?? null,
    quietSeconds: study.quiet_seconds,
  });
  if (at > now) {
    await sql`INSERT INTO outbox (kind, name, payload, run_at)
      VALUES ('job', 'complete-study', ${JSON.stringify({ studyId })}, ${new Date(at)})`.execute(tx);
    return null;
  }
  await sql`UPDATE study SET state = 'complete', completed_at = ${new Date(now)} WHERE id = ${studyId}`.execute(tx);
  await writeAudit(tx, {
    actor: "hub",
    action: "study.receive",
    outcome: "done",
    studyId,
    detail: { instances: study.instance_count, again: study.completed_at !== null },
  });
  const change = { topic: "study", siteIds: [study.site_id], studyInstanceUid: study.study_instance_uid };
  await sql`INSERT INTO outbox (kind, name, payload) VALUES ('live', 'change', ${JSON.stringify(change)})`.execute(tx);
  if (study.completed_at !== null) await tellReader(tx, studyId);
  return { studyInstanceUid: study.study_instance_uid, autoRequest: study.auto_request };
}

/** Images came after the task was on a reader's desk. */
async function tellReader(tx: HubTx, studyId: string): Promise<void> {
  await sql`
    WITH told AS (
      INSERT INTO notice (site_id, role, account_id, kind, task_id)
      SELECT centre_site_id, 'reader', reader_id, 'task-new-images', id FROM reading_task
      WHERE study_id = ${studyId} AND state IN ('claimed', 'preliminary') AND reader_id IS NOT NULL
      RETURNING site_id, task_id)
    INSERT INTO outbox (kind, name, payload)
    SELECT 'live', 'change', jsonb_build_object('topic', 'notice', 'siteIds', jsonb_build_array(site_id), 'taskId', task_id) FROM told`.execute(
    tx,
  );
}

/** No task where there is one already, or where no centre reads that kind: the technician sees it on the board. */
async function requestBySite(inReadingTransaction: InReadingTransaction, studyInstanceUid: string): Promise<void> {
  try {
    await inReadingTransaction(null, async (tx) => {
      const study = await tx.lockStudy(studyInstanceUid);
      if ((await tx.centreFor(study.siteId, readingModality(study.modalities))) === null) return;
      await requestReading(tx, null, studyInstanceUid, { clinicalHistory: "", question: "", urgency: "routine" });
    });
  } catch (error) {
    if (!(error instanceof DomainError) || !["task-exists", "study-not-complete"].includes(error.code)) throw error;
  }
}
