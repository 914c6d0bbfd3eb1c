import { sql } from "kysely";
import type { DeidentifyOptions } from "../../deidentify/deidentify-options.ts";
import type { RefusalReason } from "../../deidentify/refusal-reasons.ts";
import type { Database } from "./database.ts";

/** What making an export needs to know of it. */
export interface ExportOrder {
  readonly id: string;
  readonly options: DeidentifyOptions;
  readonly pseudonymPrefix: string;
  readonly key: Buffer;
  readonly studies: readonly ExportStudy[];
}

export interface ExportStudy {
  readonly studyId: string;
  readonly patientId: string;
}

/** Null when there is no such export, or it is done. What an earlier attempt had counted is forgotten. */
export async function beginExport(db: Database, exportId: string): Promise<ExportOrder | null> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable("study_export")
      .set({ state: "running", failure: null, exported: 0, refused: 0 })
      .where("id", "=", exportId)
      .where("state", "<>", "done")
      .returning(["id", "options", "pseudonym_prefix", "key"])
      .executeTakeFirst();
    if (!row) return null;
    await tx.deleteFrom("study_export_refusal").where("export_id", "=", exportId).execute();
    const studies = await tx
      .selectFrom("study_export_study as e")
      .innerJoin("study as s", "s.id", "e.study_id")
      .select(["s.id as studyId", "s.patient_id as patientId"])
      .where("e.export_id", "=", exportId)
      .orderBy("e.position")
      .execute();
    return { id: row.id, options: row.options, pseudonymPrefix: row.pseudonym_prefix, key: row.key, studies };
  });
}

/** Keeps who is called what. */
export async function savePseudonym(
  db: Database,
  exportId: string,
  patient: { readonly patientId: string; readonly pseudonym: string; readonly shiftDays: number },
): Promise<void> {
  await db
    .insertInto("study_export_patient")
    .values({
      export_id: exportId,
      patient_id: patient.patientId,
      pseudonym: patient.pseudonym,
      shift_days: patient.shiftDays,
    })
    .onConflict((conflict) => conflict.columns(["export_id", "patient_id"]).doNothing())
    .execute();
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
