import { type Selectable, sql } from "kysely";
import type { AuditAction } from "../../audit/audit-actions.ts";
import { MARK_NAMES, type MarkName } from "../../reading/mark-names.ts";
import type { MarkShelf, ReadingMark } from "../../reading/reading-mark.ts";
import type { HubTx } from "./as-actor.ts";
import { personOf } from "./person-of.ts";
import type { Tables } from "./tables.ts";

const ACTION: AuditAction = "task.mark";

export function markShelf(tx: HubTx, now: number): MarkShelf {
  return {
    markable: async (taskId, sopInstanceUids) => {
      const { rows } = await sql<{ sop: string; study_id: string; study_instance_uid: string; frames: number }>`
        SELECT i.sop_instance_uid AS sop, i.study_id, s.study_instance_uid, coalesce(i.number_of_frames, 1) AS frames
        FROM seen_instance i JOIN study s ON s.id = i.study_id JOIN patient p ON p.id = s.patient_id
        WHERE i.sop_instance_uid = ANY (${[...sopInstanceUids]}::text[]) AND ${personOf("p")} = (
          SELECT ${personOf("q")} FROM reading_task t JOIN study r ON r.id = t.study_id JOIN patient q ON q.id = r.patient_id
          WHERE t.id = ${taskId})`.execute(tx);
      return new Map(
        rows.map((row) => [
          row.sop,
          { studyId: row.study_id, studyInstanceUid: row.study_instance_uid, frames: row.frames },
        ]),
      );
    },
    find: async (taskId, accountId, ids) => {
      const rows = await tx
        .selectFrom("reading_mark")
        .selectAll()
        .where("task_id", "=", taskId)
        .where("account_id", "=", accountId)
        .where("id", "in", ids)
        .execute();
      return rows.map(markOfRow);
    },
    count: async (taskId, accountId) => {
      const { count } = await tx
        .selectFrom("reading_mark")
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .where("task_id", "=", taskId)
        .where("account_id", "=", accountId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    write: async (taskId, accountId, marks) => {
      await tx
        .insertInto("reading_mark")
        .values(
          marks.map(({ studyId, mark }) => ({
            task_id: taskId,
            account_id: accountId,
            id: mark.id,
            study_id: studyId,
            sop_instance_uid: mark.sopInstanceUid,
            frame_number: mark.frameNumber,
            kind: mark.kind,
            points: mark.points.flat(),
            label: mark.label,
            number: mark.number,
            is_deleted: mark.deleted,
            revision: mark.revision,
            saved_at: new Date(now),
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(["task_id", "account_id", "id"]).doUpdateSet(({ ref }) => ({
            study_id: ref("excluded.study_id"),
            sop_instance_uid: ref("excluded.sop_instance_uid"),
            frame_number: ref("excluded.frame_number"),
            kind: ref("excluded.kind"),
            points: ref("excluded.points"),
            label: ref("excluded.label"),
            number: ref("excluded.number"),
            is_deleted: ref("excluded.is_deleted"),
            revision: ref("excluded.revision"),
            saved_at: ref("excluded.saved_at"),
          })),
        )
        .execute();
    },
    note: async (actorName, studyId, taskId) => {
      await sql`SELECT hub_note_marks(${actorName}, ${ACTION}, ${studyId}::bigint, ${taskId}::uuid)`.execute(tx);
    },
  };
}

export function markOfRow(row: Selectable<Tables["reading_mark"]>): ReadingMark {
  return {
    id: row.id,
    sopInstanceUid: row.sop_instance_uid,
    frameNumber: row.frame_number,
    kind: markName(row.kind),
    points: Array.from({ length: row.points.length / 2 }, (_, at) => [
      row.points[2 * at] ?? 0,
      row.points[2 * at + 1] ?? 0,
    ]),
    label: row.label,
    number: row.number,
    deleted: row.is_deleted,
    revision: row.revision,
  };
}

function markName(kind: string): MarkName {
  const known = MARK_NAMES.find((name) => name === kind);
  if (!known) throw new TypeError(`no mark is called ${kind}`);
  return known;
}
