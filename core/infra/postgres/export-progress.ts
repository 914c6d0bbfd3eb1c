import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { DeidentifyOptions } from "../../deidentify/deidentify-options.ts";
import type { RefusalReason } from "../../deidentify/refusal-reasons.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";

/** What making an export needs to know of it. */
export interface ExportOrder {
  readonly id: string;
  readonly options: DeidentifyOptions;
  readonly pseudonymPrefix: string;
  /** Of the project, which is all exports under this prefix. */
  readonly key: Buffer;
  readonly studies: readonly ExportStudy[];
}

export interface ExportStudy {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  /** The person, where patients of several sites are known to be one. */
  readonly patientId: string;
  /** Its instances disagree about whom they show. */
  readonly hasIdentityConflict: boolean;
}

/** Null when there is no such export, or it is done. What an earlier attempt had counted is forgotten. */
export async function beginExport(db: Database, exportId: string): Promise<ExportOrder | null> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable("study_export")
      .set({ state: "running", failure: null, exported: 0, refused: 0 })
      .where("id", "=", exportId)
      .where("state", "<>", "done")
      .returning(["id", "options", "pseudonym_prefix"])
      .executeTakeFirst();
    if (!row) return null;
    await tx.deleteFrom("study_export_refusal").where("export_id", "=", exportId).execute();
    const studies = await tx
      .selectFrom("study_export_study as e")
      .innerJoin("study as s", "s.id", "e.study_id")
      .innerJoin("patient as p", "p.id", "s.patient_id")
      .select([
        "s.id as studyId",
        "s.study_instance_uid as studyInstanceUid",
        sql<string>`coalesce(p.person_id, p.id)`.as("patientId"),
        "s.identity_conflict as hasIdentityConflict",
      ])
      .where("e.export_id", "=", exportId)
      .orderBy("e.position")
      .execute();
    const key = await projectKey(tx, row.pseudonym_prefix);
    return { id: row.id, options: row.options, pseudonymPrefix: row.pseudonym_prefix, key, studies };
  });
}

/** The secret of a project; its first export makes it. */
async function projectKey(tx: HubTx, prefix: string): Promise<Buffer> {
  await tx
    .insertInto("export_project")
    .values({ prefix, key: randomBytes(32) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { key } = await tx
    .selectFrom("export_project")
    .select("key")
    .where("prefix", "=", prefix)
    .executeTakeFirstOrThrow();
  return key;
}

/**
 * What this patient is called in the project, the same in each of its exports, and kept. A number is given once: not again to
 * another, nor one that an export from before there were projects had given.
 */
export async function pseudonymOf(
  db: Database,
  { id, pseudonymPrefix }: ExportOrder,
  patient: { readonly patientId: string; readonly shiftDays: number },
): Promise<string> {
  return db.transaction().execute(async (tx) => {
    // one after the other: two exports of a project may run at once
    await tx
      .selectFrom("export_project")
      .select("prefix")
      .where("prefix", "=", pseudonymPrefix)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ number: number }>`
      INSERT INTO export_project_patient AS p (prefix, patient_id, number)
      VALUES (${pseudonymPrefix}, ${patient.patientId}, 1 + greatest(
        (SELECT coalesce(max(number), 0) FROM export_project_patient WHERE prefix = ${pseudonymPrefix}),
        (SELECT coalesce(max(right(x.pseudonym, -length(e.pseudonym_prefix) - 1)::integer), 0)
          FROM study_export e JOIN study_export_patient x ON x.export_id = e.id WHERE e.pseudonym_prefix = ${pseudonymPrefix})))
      ON CONFLICT (prefix, patient_id) DO UPDATE SET number = p.number RETURNING number`.execute(tx);
    const pseudonym = `${pseudonymPrefix}-${String(rows[0]?.number).padStart(4, "0")}`;
    await tx
      .insertInto("study_export_patient")
      .values({ export_id: id, patient_id: patient.patientId, pseudonym, shift_days: patient.shiftDays })
      .onConflict((conflict) => conflict.columns(["export_id", "patient_id"]).doNothing())
      .execute();
    return pseudonym;
  });
}

export interface Progress {
  readonly exported: number;
  readonly refusals: readonly { readonly instanceId: string; readonly reason: RefusalReason }[];
}

/** Adds what was done since. */
export async function noteProgress(db: Database, exportId: string, { exported, refusals }: Progress): Promise<void> {
  const rows = JSON.stringify(refusals);
  await sql`
    WITH refused AS (
      INSERT INTO study_export_refusal (export_id, instance_id, reason)
      SELECT ${exportId}, "instanceId", reason FROM jsonb_to_recordset(${rows}::jsonb) AS r ("instanceId" bigint, reason text)
      ON CONFLICT DO NOTHING)
    UPDATE study_export SET exported = exported + ${exported}, refused = refused + ${refusals.length}
    WHERE id = ${exportId}`.execute(db);
}

export interface FinishedFile {
  readonly blobKey: string;
  readonly bytes: number;
}

/** Instances may have come since it was asked for: what was looked at is the total. */
export async function finishExport(db: Database, exportId: string, file: FinishedFile | null): Promise<void> {
  await db
    .updateTable("study_export")
    .set((of) => ({
      state: "done",
      finished_at: new Date(),
      total: of("exported", "+", of.ref("refused")),
      blob_key: file?.blobKey ?? null,
      byte_length: file?.bytes ?? null,
    }))
    .where("id", "=", exportId)
    .execute();
}

export async function failExport(db: Database, exportId: string, failure: string): Promise<void> {
  await db
    .updateTable("study_export")
    .set({ state: "failed", failure, finished_at: new Date() })
    .where("id", "=", exportId)
    .where("state", "<>", "done")
    .execute();
}
