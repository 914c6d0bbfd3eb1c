import { sql } from "kysely";
import type { Answer, BodyGiven } from "../../core/api/payloads.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { patientTransactions } from "../../core/infra/postgres/patient-transaction.ts";
import type { ChangeRequest } from "../../core/patient/patient-change.ts";
import { reconcilePatient, undoPatientChange } from "../../core/patient/reconcile-patient.ts";
import type { InstanceSource } from "../../core/ports.ts";
import { type TestSlice, testSlice } from "../integration/dicomweb-hub.ts";
import { type DemoDistrict, YANJI } from "./demo-district.ts";
import type { Answered, HttpHub } from "./http-hub.ts";

export interface HerStudy {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  /** The file as it was sent. */
  readonly bytes: Buffer;
}

/** A complete study with one slice of this person, or one more slice of a study. */
export async function studyOf(
  district: DemoDistrict,
  slice: Partial<TestSlice>,
  source: InstanceSource = YANJI,
): Promise<HerStudy> {
  const uids = { study: slice.study ?? newUid(), series: slice.series ?? newUid(), instance: newUid() };
  const bytes = testSlice({ ...slice, ...uids });
  await district.store(source, bytes);
  await district.db
    .updateTable("study")
    .set({ state: "complete", completed_at: new Date() })
    .where("study_instance_uid", "=", uids.study)
    .execute();
  return { ...uids, bytes };
}

export async function keyOf(district: DemoDistrict, issuer: string, patientId: string): Promise<string> {
  const row = await district.db
    .selectFrom("patient")
    .select("id")
    .where("issuer", "=", issuer)
    .where("patient_id", "=", patientId)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** All that a change may touch, row by row. */
export async function identityRows(district: DemoDistrict): Promise<unknown> {
  const rows = async (text: string) => (await sql.raw<Record<string, unknown>>(text).execute(district.db)).rows;
  return {
    patients: await rows("SELECT * FROM patient ORDER BY id"),
    studies: await rows("SELECT * FROM study ORDER BY id"),
    access: await rows("SELECT * FROM study_access ORDER BY study_id, site_id, relation"),
    instances: await rows("SELECT id, blob_key, attributes FROM instance ORDER BY id"),
  };
}

export type Change = BodyGiven<"previewPatientChange">;
type Preview = Answer<"previewPatientChange">;

export async function preview(
  hub: HttpHub,
  who: string,
  change: Change,
): Promise<Answered & { readonly body: Preview }> {
  return (await hub.call("previewPatientChange", who, { body: change })) as Answered & { readonly body: Preview };
}

/** Looks at the difference and does it. Throws when the hub refuses. */
export async function make(hub: HttpHub, who: string, change: Change): Promise<Answer<"makePatientChange">> {
  const shown = await preview(hub, who, change);
  if (shown.status !== 200) throw new Error(`preview: ${shown.status} ${JSON.stringify(shown.body)}`);
  const body = { change, reason: "按身份证核对", token: shown.body.token };
  const made = await hub.call("makePatientChange", who, { body });
  if (made.status !== 200) throw new Error(`make: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body as Answer<"makePatientChange">;
}

export function undo(hub: HttpHub, who: string, changeId: string): Promise<Answered> {
  return hub.call("undoPatientChange", who, { params: { changeId } });
}

/** Without HTTP, as this account. */
export async function makeAs(district: DemoDistrict, username: string, change: ChangeRequest): Promise<string> {
  const actor = await district.actor(username);
  return patientTransactions(district.db).run(actor, async (tx) => {
    const { changeId } = await reconcilePatient(tx, actor, change, "按身份证核对");
    return changeId;
  });
}

export async function undoAs(district: DemoDistrict, username: string, changeId: string): Promise<void> {
  const actor = await district.actor(username);
  await patientTransactions(district.db).run(actor, (tx) => undoPatientChange(tx, actor, changeId));
}
