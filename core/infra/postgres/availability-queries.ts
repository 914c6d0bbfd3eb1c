import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";

export interface AvailabilityNotice {
  readonly aeTitle: string;
  readonly siteId: string;
  readonly studyInstanceUid: string;
  /** Those that can be retrieved now. */
  readonly instances: number;
}

/** Writes down that a PACS has a study; where priors are fetched from it, also the job that asks whose it is. */
export async function addNotice(tx: HubTx, notice: AvailabilityNotice): Promise<void> {
  const { aeTitle, siteId, studyInstanceUid, instances } = notice;
  await sql`
    WITH noted AS (
      INSERT INTO availability_notice (ae_title, site_id, study_instance_uid, instances)
      VALUES (${aeTitle}, ${siteId}, ${studyInstanceUid}, ${instances})
      ON CONFLICT (ae_title, study_instance_uid) DO UPDATE
        SET site_id = excluded.site_id, instances = excluded.instances, received_at = now() RETURNING id)
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'look-up-availability', jsonb_build_object('noticeId', id::text) FROM noted
    WHERE ${instances} > 0 AND EXISTS (SELECT 1 FROM prior_rule r WHERE r.source = ${aeTitle} AND r.site_id = ${siteId})`.execute(
    tx,
  );
}

export async function findNotice(db: Database, id: string): Promise<AvailabilityNotice | null> {
  const { rows } = await sql<AvailabilityNotice>`
    SELECT ae_title AS "aeTitle", site_id AS "siteId", study_instance_uid AS "studyInstanceUid", instances
    FROM availability_notice WHERE id = ${id}`.execute(db);
  return rows[0] ?? null;
}
