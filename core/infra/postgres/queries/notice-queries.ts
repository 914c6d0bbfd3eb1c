import { sql } from "kysely";
import type { Answer } from "../../../api/payloads.ts";
import type { HubTx } from "../as-actor.ts";

const MOST = 100;

/** The newest notices for the caller, the newest of each of his roles among them; row-level security decides which are his. */
export async function listNotices(tx: HubTx): Promise<Answer<"listNotices">> {
  const { rows } = await sql<{
    id: string;
    kind: string;
    task_id: string;
    created_at: Date;
    seen: boolean;
    study_instance_uid: string;
    patient_name: string;
    description: string;
    modality: string;
  }>`
    SELECT n.id, n.kind, n.task_id, n.created_at, x.notice_id IS NOT NULL AS seen, s.study_instance_uid, s.patient_name, s.description, t.modality
    FROM account_role r CROSS JOIN LATERAL (
      SELECT * FROM notice n WHERE n.site_id = r.site_id AND n.role = r.role
        AND n.created_at > now() - interval '30 days' ORDER BY n.created_at DESC, n.id DESC LIMIT ${MOST}) AS n
    JOIN reading_task t ON t.id = n.task_id JOIN study s ON s.id = t.study_id
    LEFT JOIN notice_seen x ON x.notice_id = n.id AND x.account_id = hub_account_id()
    ORDER BY n.created_at DESC, n.id DESC LIMIT ${MOST}`.execute(tx);
  return {
    notices: rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      taskId: row.task_id,
      createdAt: row.created_at.toISOString(),
      seen: row.seen,
      study: {
        studyInstanceUid: row.study_instance_uid,
        patientName: row.patient_name,
        description: row.description,
        modality: row.modality,
      },
    })),
    unseen: rows.filter((row) => !row.seen).length,
  };
}

export async function markNoticeSeen(tx: HubTx, noticeId: string, accountId: string): Promise<void> {
  await sql`INSERT INTO notice_seen (notice_id, account_id) SELECT n.id, ${accountId}::uuid FROM notice n WHERE n.id = ${noticeId}
    ON CONFLICT DO NOTHING`.execute(tx);
}
