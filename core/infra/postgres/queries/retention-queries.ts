import { sql } from "kysely";
import type { Actor } from "../../../access/actor.ts";
import type { Answer, Body } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { storedFigures } from "../stored-figures.ts";
import { writeAudit } from "../write-audit.ts";

/** The administrator's tables of what is kept and for how long. They run as the hub; the policy is asked before. */

/** A person looks through so many at most before confirming. */
const DUE_SHOWN = 500;
const HOLDS_SHOWN = 500;

const STUDY = sql`jsonb_build_object('studyInstanceUid', s.study_instance_uid, 'patientName', s.patient_name,
  'patientId', p.patient_id, 'description', s.description) AS study`;
const SITE = sql`jsonb_build_object('id', o.id, 'name', o.name, 'nameEn', o.name_en) AS site`;
const JOINS = sql`JOIN patient p ON p.id = s.patient_id JOIN site o ON o.id = s.site_id`;

type Retention = Answer<"getRetention">;

export async function getRetention(tx: HubTx, isColdThere: boolean): Promise<Retention> {
  const classes = await sql<Retention["classes"][number]>`
    SELECT ${SITE}, c.modality, c.kind, c.years FROM retention_class c JOIN site o ON o.id = c.site_id
    ORDER BY o.id, c.modality = '*', c.modality`.execute(tx);
  const holds = await sql<Omit<Retention["holds"][number], "setAt"> & { readonly setAt: Date }>`
    SELECT ${STUDY}, s.study_date AS "studyDate", s.modalities, ${SITE}, h.reason, h.set_at AS "setAt", a.display_name AS "setBy"
    FROM legal_hold h JOIN study s ON s.id = h.study_id ${JOINS} JOIN account a ON a.id = h.set_by
    WHERE h.lifted_at IS NULL ORDER BY h.set_at DESC LIMIT ${HOLDS_SHOWN}`.execute(tx);
  type DueRow = Omit<Retention["due"][number], "keptUntil" | "listedAt" | "confirmedAt" | "instances" | "bytes"> & {
    readonly keptUntil: Date;
    readonly listedAt: Date;
    readonly confirmedAt: Date | null;
    readonly instances: string;
    readonly bytes: string;
  };
  const due = await sql<DueRow>`
    SELECT d.id, d.cause, ${STUDY}, ${SITE}, s.study_date AS "studyDate", s.modalities, hub_kept_until(s) AS "keptUntil",
      d.listed_at AS "listedAt", d.confirmed_at AS "confirmedAt", i.instances, i.bytes
    FROM (SELECT * FROM deletion WHERE done_at IS NULL ORDER BY listed_at, id LIMIT ${DUE_SHOWN}) d
      JOIN study s ON s.id = d.study_id ${JOINS},
      LATERAL (SELECT count(*) AS instances, coalesce(sum(byte_length), 0) AS bytes FROM instance x
        WHERE x.study_id = s.id AND (d.cause = 'class' OR x.hidden_as = 'expired')) i
    ORDER BY d.listed_at, d.id`.execute(tx);
  const counted = await sql<Record<"due" | "blobs", string>>`
    SELECT (SELECT count(*) FROM deletion WHERE done_at IS NULL) AS due,
      (SELECT count(*) FROM doomed_blob WHERE swept_at IS NULL) AS blobs`.execute(tx);
  return {
    classes: classes.rows,
    holds: holds.rows.map((row) => ({ ...row, setAt: row.setAt.toISOString() })),
    due: due.rows.map((row) => ({
      ...row,
      keptUntil: row.keptUntil.toISOString(),
      listedAt: row.listedAt.toISOString(),
      confirmedAt: row.confirmedAt?.toISOString() ?? null,
      instances: Number(row.instances),
      bytes: Number(row.bytes),
    })),
    dueTotal: Number(counted.rows[0]?.due),
    sweeping: { blobs: Number(counted.rows[0]?.blobs) },
    tiers: { isColdThere, ...(await tierNumbers(tx)) },
  };
}

async function tierNumbers(tx: HubTx): Promise<Omit<Retention["tiers"], "isColdThere">> {
  const sites = await tx
    .selectFrom("site")
    .select(["id", "name", "name_en", "cold_after_days"])
    .where("kind", "=", "community")
    .orderBy("id")
    .execute();
  return {
    ...(await storedFigures(tx)),
    sites: sites.map(({ id, name, name_en, cold_after_days }) => ({
      site: { id, name, nameEn: name_en },
      coldAfterDays: cold_after_days,
    })),
  };
}

export async function saveRetentionClass(
  tx: HubTx,
  siteId: string,
  modality: string,
  { kind, years }: Body<"saveRetentionClass">,
): Promise<void> {
  const site = await tx.selectFrom("site").select("id").where("id", "=", siteId).executeTakeFirst();
  if (!site) throw new DomainError("not-found");
  await tx
    .insertInto("retention_class")
    .values({ site_id: siteId, modality, kind, years })
    .onConflict((conflict) => conflict.columns(["site_id", "modality"]).doUpdateSet({ kind, years }))
    .execute();
}

export async function deleteRetentionClass(tx: HubTx, siteId: string, modality: string): Promise<void> {
  const done = await tx
    .deleteFrom("retention_class")
    .where("site_id", "=", siteId)
    .where("modality", "=", modality)
    .executeTakeFirst();
  if (done.numDeletedRows === 0n) throw new DomainError("not-found");
}

export async function changeColdTier(tx: HubTx, siteId: string, coldAfterDays: number | null): Promise<void> {
  const done = await tx
    .updateTable("site")
    .set({ cold_after_days: coldAfterDays })
    .where("id", "=", siteId)
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) throw new DomainError("not-found");
}

/** Locked: a deletion under way is over before, or sees the hold. Throws `not-found`. */
async function lockStudy(tx: HubTx, studyInstanceUid: string): Promise<string> {
  const study = await tx
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .where("originals_deleted_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (!study) throw new DomainError("not-found");
  return study.id;
}

/** What stands on the list of deletions leaves it. Throws `hold-exists`. */
export async function setHold(tx: HubTx, actor: Actor, studyInstanceUid: string, reason: string): Promise<void> {
  const studyId = await lockStudy(tx, studyInstanceUid);
  const set = await sql`
    INSERT INTO legal_hold (study_id, reason, set_by) VALUES (${studyId}, ${reason}, ${actor.accountId})
    ON CONFLICT (study_id) WHERE lifted_at IS NULL DO NOTHING`.execute(tx);
  if (set.numAffectedRows !== 1n) throw new DomainError("hold-exists");
  await tx.deleteFrom("deletion").where("study_id", "=", studyId).where("done_at", "is", null).execute();
  const { username, accountId } = actor;
  await writeAudit(tx, { actor: username, accountId, action: "study.hold", outcome: "done", studyId });
}

export async function liftHold(tx: HubTx, actor: Actor, studyInstanceUid: string, reason: string): Promise<void> {
  const studyId = await lockStudy(tx, studyInstanceUid);
  const lifted = await tx
    .updateTable("legal_hold")
    .set({ lifted_at: new Date(), lifted_by: actor.accountId, lifted_reason: reason })
    .where("study_id", "=", studyId)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  if (lifted.numUpdatedRows === 0n) throw new DomainError("not-found");
  const { username, accountId } = actor;
  await writeAudit(tx, { actor: username, accountId, action: "study.hold-lift", outcome: "done", studyId });
}
