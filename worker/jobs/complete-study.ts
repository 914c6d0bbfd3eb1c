import { sql } from "kysely";
import { asHub, type HubTx } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { forgetArrived } from "../../core/infra/postgres/performed-step-queries.ts";
import { notePriorComplete, wasAskedSince } from "../../core/infra/postgres/prior-queries.ts";
import { enqueueTransfers } from "../../core/infra/postgres/transfer-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { Clock } from "../../core/ports.ts";
import { completeAt } from "../../core/study/completeness.ts";

export interface CompleteStudyDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Looks at the watermark of a study: quiet long enough, and it is complete; not yet, and the job puts itself off. A study
 * that late instances re-opened becomes complete again, and its reader is told. A site may have every study asked for.
 */
export function completeStudy(deps: CompleteStudyDeps): JobHandler<"complete-study"> {
  return ({ studyId }) => asHub(deps.db, (tx) => complete(tx, studyId, deps.clock()));
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
  readonly is_reindexed: boolean;
  readonly purpose: "reading" | "prior";
}

async function complete(tx: HubTx, studyId: string, now: number): Promise<void> {
  const { rows } = await sql<StudyRow>`
    SELECT s.study_instance_uid, s.site_id, s.state, s.last_received_at, s.released_at, s.completed_at, s.instance_count,
      s.is_reindexed, s.purpose, o.quiet_seconds, o.auto_request
    FROM study s JOIN site o ON o.id = s.site_id WHERE s.id = ${studyId} FOR UPDATE OF s`.execute(tx);
  const study = rows[0];
  if (!study || study.state === "complete") return;
  const at = completeAt({
    lastReceivedAt: study.last_received_at.getTime(),
    releasedAt: study.released_at?.getTime() ?? null,
    quietSeconds: study.quiet_seconds,
  });
  if (at > now) {
    await putOff(tx, studyId, new Date(at));
    return;
  }
  await sql`UPDATE study SET state = 'complete', completed_at = ${new Date(now)}, accessed_at = now(), cold_at = NULL,
    is_reindexed = false WHERE id = ${studyId}`.execute(tx);
  await writeAudit(tx, {
    actor: "hub",
    action: "study.receive",
    outcome: "done",
    studyId,
    detail: { instances: study.instance_count, again: study.completed_at !== null },
  });
  await forgetArrived(tx, study.study_instance_uid);
  const isPrior = study.purpose === "prior" || (await cameAsPrior(tx, study));
  const siteIds = isPrior ? await sitesThatSee(tx, studyId) : [study.site_id];
  const change = { topic: "study", siteIds, studyInstanceUid: study.study_instance_uid };
  await sql`INSERT INTO outbox (kind, name, payload) VALUES ('live', 'change', ${JSON.stringify(change)})`.execute(tx);
  await sql`INSERT INTO outbox (kind, name, payload)
    VALUES ('job', 'prepare-study', ${JSON.stringify({ studyId })})`.execute(tx);
  // What was put back from its objects has been read, sent and told of before; what comes to it later is new again.
  if (study.is_reindexed) return;
  if (study.completed_at !== null) await tellReader(tx, studyId);
  // it came from its hospital's PACS to be compared with: nobody asked for it to be read, and it does not go back
  if (isPrior) return notePriorComplete(tx, study.study_instance_uid, study.instance_count);
  await enqueueTransfers(tx, studyId);
  await sql`INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'announce-study', jsonb_build_object('studyId', ${studyId}::text, 'aeTitle', title)
    FROM application_entity WHERE site_id = ${study.site_id} AND is_told_availability`.execute(tx);
  if (study.auto_request)
    await sql`INSERT INTO outbox (kind, name, payload)
      VALUES ('job', 'request-reading', ${JSON.stringify({ studyId })})`.execute(tx);
}

/** It was complete, and what it lacked was fetched with other priors. */
async function cameAsPrior(tx: HubTx, { study_instance_uid, completed_at }: StudyRow): Promise<boolean> {
  return completed_at !== null && wasAskedSince(tx, study_instance_uid, completed_at);
}

/** Who reads the patient's new study hears that an earlier one is here. */
async function sitesThatSee(tx: HubTx, studyId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("study_access")
    .select("site_id")
    .distinct()
    .where("study_id", "=", studyId)
    .execute();
  return rows.map((row) => row.site_id);
}

/** One look to come is enough, however many associations were released. */
async function putOff(tx: HubTx, studyId: string, until: Date): Promise<void> {
  const payload = JSON.stringify({ studyId });
  await sql`
    INSERT INTO outbox (kind, name, payload, run_at)
    SELECT 'job', 'complete-study', ${payload}::jsonb, ${until}::timestamptz WHERE NOT EXISTS (
      SELECT 1 FROM outbox WHERE name = 'complete-study' AND payload = ${payload}::jsonb AND run_at = ${until}::timestamptz
        AND failed_at IS NULL)`.execute(tx);
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
