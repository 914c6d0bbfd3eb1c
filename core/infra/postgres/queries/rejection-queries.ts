import { sql } from "kysely";
import { type Actor, may } from "../../../access/actor.ts";
import type { Answer } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { RejectedReference, RejectionNoteContext } from "../../key-object/rejection-note-file.ts";
import type { HubTx } from "../as-actor.ts";
import { writeAudit } from "../write-audit.ts";

type Rejections = Answer<"getStudy">["rejections"];

interface RejectionRow {
  readonly id: string;
  readonly reason: Rejections[number]["reason"];
  readonly rejected_at: Date;
  readonly rejected_by: string;
  readonly account_id: string | null;
  readonly undone_at: Date | null;
  readonly instances: string;
}

const SELECT = sql`SELECT r.id, r.reason, r.rejected_at,
    coalesce((SELECT a.display_name FROM account a WHERE a.id = r.account_id), r.rejected_by) AS rejected_by,
    r.account_id, r.undone_at,
    (SELECT count(*) FROM rejected_instance x JOIN instance i ON i.sop_instance_uid = x.sop_instance_uid
      WHERE x.rejection_id = r.id AND i.study_id = r.study_id) AS instances
  FROM rejection r`;

/** Of one study, newest first. */
export async function listRejections(tx: HubTx, actor: Actor, studyId: string): Promise<Rejections> {
  const { rows } = await sql<RejectionRow>`${SELECT} WHERE r.study_id = ${studyId}
    ORDER BY r.rejected_at DESC LIMIT 200`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    rejectedAt: row.rejected_at.toISOString(),
    rejectedBy: row.rejected_by,
    instanceCount: Number(row.instances),
    undoneAt: row.undone_at?.toISOString() ?? null,
    mayUndo: row.undone_at === null && Number(row.instances) > 0 && isOwnOrManaged(actor, row.account_id),
  }));
}

type Rejected = NonNullable<Answer<"getReport">["rejectedSince"]>;

/** The newest rejection that stands of images that a report may speak of: made after it was signed. */
export async function rejectedSince(tx: HubTx, studyId: string, signedAt: string | null): Promise<Rejected | null> {
  const { rows } = await sql<Omit<Rejected, "at"> & { at: Date }>`
    SELECT r.reason, r.rejected_at AS at FROM rejection r
    WHERE r.study_id = ${studyId} AND r.undone_at IS NULL AND r.reason <> 'expired' AND r.rejected_at > ${signedAt}::timestamptz
    ORDER BY r.rejected_at DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  return row ? { ...row, at: row.at.toISOString() } : null;
}

/** Who rejected it, or an administrator. */
function isOwnOrManaged(actor: Actor, accountId: string | null): boolean {
  return accountId === actor.accountId || may(actor, "study.reject");
}

/** As hub: the policy was asked. Throws `not-found`, `not-allowed`, `rejection-final`. */
export async function undoRejection(tx: HubTx, actor: Actor, studyId: string, rejectionId: string): Promise<void> {
  const { rows } =
    await sql<RejectionRow>`${SELECT} WHERE r.study_id = ${studyId} AND r.id = ${rejectionId} FOR UPDATE OF r`.execute(
      tx,
    );
  const row = rows[0];
  if (!row) throw new DomainError("not-found");
  if (!isOwnOrManaged(actor, row.account_id)) throw new DomainError("not-allowed", { action: "study.reject" });
  if (row.undone_at !== null || Number(row.instances) === 0) throw new DomainError("rejection-final");
  await tx
    .updateTable("rejection")
    .set({ undone_at: new Date(), undone_by: actor.username })
    .where("id", "=", rejectionId)
    .execute();
  await writeAudit(tx, {
    actor: actor.username,
    accountId: actor.accountId,
    action: "study.reject-undo",
    outcome: "done",
    studyId,
    detail: { reason: row.reason, instances: Number(row.instances) },
  });
  await sql`SELECT hub_apply_notes(${studyId}::bigint)`.execute(tx);
}

export async function listSeriesInstances(
  tx: HubTx,
  studyInstanceUid: string,
  seriesInstanceUid: string,
): Promise<Answer<"listSeriesInstances">> {
  const rows = await tx
    .selectFrom("instance")
    .innerJoin("series", "series.id", "instance.series_id")
    .innerJoin("study", "study.id", "series.study_id")
    .select([
      "instance.sop_instance_uid",
      "instance.instance_number",
      "instance.number_of_frames",
      "instance.hidden_as",
    ])
    .where("study.study_instance_uid", "=", studyInstanceUid)
    .where("series.series_instance_uid", "=", seriesInstanceUid)
    .orderBy(sql`instance.instance_number NULLS LAST, instance.id`)
    .execute();
  if (rows.length === 0) throw new DomainError("not-found");
  return {
    instances: rows.map((row) => ({
      sopInstanceUid: row.sop_instance_uid,
      number: row.instance_number,
      frames: row.number_of_frames ?? 1,
      hiddenAs: row.hidden_as,
    })),
  };
}

export interface RejectableStudy {
  readonly studyId: string;
  readonly siteId: string;
  readonly timeZone: string;
  readonly context: Omit<
    RejectionNoteContext,
    "seriesInstanceUid" | "sopInstanceUid" | "contentDate" | "contentTime" | "timezoneOffset" | "reason"
  >;
}

/** Under the actor's row-level security; throws `not-found`. */
export async function findRejectable(tx: HubTx, studyInstanceUid: string): Promise<RejectableStudy> {
  const { rows } = await sql<{
    readonly id: string;
    readonly site_id: string;
    readonly site_name: string;
    readonly time_zone: string;
    readonly patient_number: string;
    readonly patient_birth_date: string;
    readonly patient_sex: string;
    readonly study_date: string;
    readonly study_time: string;
    readonly dicom_study_id: string;
    readonly accession_number: string;
    readonly referring_physician: string;
    readonly attributes: { readonly "00100010"?: { readonly Value?: readonly [Readonly<Record<string, string>>] } };
  }>`
    SELECT s.id, s.site_id, o.name AS site_name, o.time_zone, p.patient_id AS patient_number, s.patient_birth_date, s.patient_sex,
      s.study_date, s.study_time, s.dicom_study_id, s.accession_number, s.referring_physician, s.attributes
    FROM study s JOIN patient p ON p.id = s.patient_id JOIN site o ON o.id = s.site_id
    WHERE s.study_instance_uid = ${studyInstanceUid}`.execute(tx);
  const row = rows[0];
  if (!row) throw new DomainError("not-found");
  const name = row.attributes["00100010"]?.Value?.[0] ?? {};
  return {
    studyId: row.id,
    siteId: row.site_id,
    timeZone: row.time_zone,
    context: {
      studyInstanceUid,
      patientName: [name.Alphabetic, name.Ideographic, name.Phonetic]
        .map((group) => group ?? "")
        .join("=")
        .replace(/=+$/, ""),
      patientId: row.patient_number,
      patientBirthDate: row.patient_birth_date,
      patientSex: row.patient_sex,
      studyDate: row.study_date,
      studyTime: row.study_time,
      studyId: row.dicom_study_id,
      accessionNumber: row.accession_number,
      referringPhysician: row.referring_physician.replaceAll(" ", "^"),
      institutionName: row.site_name,
    },
  };
}

/** The named ones of a study, or all when none is named; what is a note already is left out. */
export async function listReferences(
  tx: HubTx,
  studyId: string,
  named: { readonly seriesInstanceUids: readonly string[]; readonly sopInstanceUids: readonly string[] },
): Promise<readonly RejectedReference[]> {
  const isWhole = named.seriesInstanceUids.length === 0 && named.sopInstanceUids.length === 0;
  const { rows } = await sql<RejectedReference>`
    SELECT x.series_instance_uid AS "seriesInstanceUid", i.sop_class_uid AS "sopClassUid", i.sop_instance_uid AS "sopInstanceUid"
    FROM instance i JOIN series x ON x.id = i.series_id
    WHERE i.study_id = ${studyId} AND i.hidden_as IS DISTINCT FROM 'note'
      AND (${isWhole} OR x.series_instance_uid = ANY (${named.seriesInstanceUids}::text[])
        OR i.sop_instance_uid = ANY (${named.sopInstanceUids}::text[]))
    ORDER BY x.series_number NULLS LAST, x.id, i.instance_number NULLS LAST, i.id`.execute(tx);
  return rows;
}
