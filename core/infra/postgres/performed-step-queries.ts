import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";

export type PerformedStatus = "IN PROGRESS" | "COMPLETED" | "DISCONTINUED";

export interface NewPerformedStep {
  readonly sopInstanceUid: string;
  readonly siteId: string;
  readonly aeTitle: string;
  readonly studyInstanceUid: string;
  /** What it says of the scheduled step; empty when it was not scheduled. */
  readonly stepId: string;
}

/** False when there is one of that UID already. The scheduled step that it belongs to has begun with it. */
export async function addPerformedStep(tx: HubTx, step: NewPerformedStep): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    UPDATE scheduled_step SET state = 'started', changed_at = now()
    WHERE site_id = ${step.siteId} AND state IN ('scheduled', 'started')
      AND (study_instance_uid = ${step.studyInstanceUid} OR (${step.stepId} <> '' AND number = ${step.stepId}))
    RETURNING id`.execute(tx);
  const added = await tx
    .insertInto("performed_step")
    .values({
      sop_instance_uid: step.sopInstanceUid,
      site_id: step.siteId,
      ae_title: step.aeTitle,
      study_instance_uid: step.studyInstanceUid,
      scheduled_step_id: rows[0]?.id ?? null,
      status: "IN PROGRESS",
    })
    .onConflict((conflict) => conflict.column("sop_instance_uid").doNothing())
    .executeTakeFirst();
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export interface PerformedStep {
  readonly status: PerformedStatus;
  readonly studyInstanceUid: string;
}

/** Locked until the transaction ends; null when the site has none of that UID. */
export async function lockPerformedStep(
  tx: HubTx,
  siteId: string,
  sopInstanceUid: string,
): Promise<PerformedStep | null> {
  const row = await tx
    .selectFrom("performed_step")
    .select(["status", "study_instance_uid"])
    .where("sop_instance_uid", "=", sopInstanceUid)
    .where("site_id", "=", siteId)
    .forUpdate()
    .executeTakeFirst();
  return row ? { status: row.status as PerformedStatus, studyInstanceUid: row.study_instance_uid } : null;
}

/** A series as the device says it made it. */
export interface MadeSeries {
  readonly seriesInstanceUid: string;
  readonly description: string;
  readonly sopInstanceUids: readonly string[];
}

/** Writes down how it ended, and what of it the site's archive does not have; gives how many that is. */
export async function endPerformedStep(
  tx: HubTx,
  { siteId, sopInstanceUid }: { readonly siteId: string; readonly sopInstanceUid: string },
  status: Exclude<PerformedStatus, "IN PROGRESS">,
  made: readonly MadeSeries[],
): Promise<number> {
  const uids = made.flatMap((series) => series.sopInstanceUids);
  await sql`
    WITH ended AS (
      UPDATE performed_step SET status = ${status}, instance_uids = ${uids}, instance_count = ${uids.length}, ended_at = now()
      WHERE sop_instance_uid = ${sopInstanceUid} RETURNING scheduled_step_id)
    UPDATE scheduled_step s SET state = ${status === "COMPLETED" ? "performed" : "discontinued"}, changed_at = now()
    FROM ended WHERE s.id = ended.scheduled_step_id`.execute(tx);
  const { numAffectedRows } = await sql`
    INSERT INTO missing_instance (performed_step_uid, sop_instance_uid, study_instance_uid, series_instance_uid, series_description)
    SELECT p.sop_instance_uid, u.uid, p.study_instance_uid, x.series, x.description
    FROM performed_step p, jsonb_to_recordset(${JSON.stringify(
      made.map(({ seriesInstanceUid: series, description, sopInstanceUids }) => ({
        series,
        description,
        uids: sopInstanceUids,
      })),
    )}::jsonb) AS x (series text, description text, uids jsonb), jsonb_array_elements_text(x.uids) AS u (uid)
    WHERE p.sop_instance_uid = ${sopInstanceUid} AND NOT EXISTS (
      SELECT 1 FROM instance i JOIN study s ON s.id = i.study_id WHERE i.sop_instance_uid = u.uid AND s.site_id = ${siteId})`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0n);
}

/** What was missing of the study and has come. */
export async function forgetArrived(tx: HubTx, studyInstanceUid: string): Promise<void> {
  await sql`DELETE FROM missing_instance m USING instance i
    WHERE m.study_instance_uid = ${studyInstanceUid} AND i.sop_instance_uid = m.sop_instance_uid`.execute(tx);
}
