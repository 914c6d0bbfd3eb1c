import { sql } from "kysely";
import { type Actor, assertMay } from "../../../access/actor.ts";
import type { Answer, Body, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { writeAudit } from "../write-audit.ts";

type Summary = Answer<"listExports">["exports"][number];

const MAX_REFUSALS = 1000;

/** Who asks: an administrator, or null for whoever runs the command on the machine itself. */
type Requester = Actor | null;

/**
 * Writes what is asked for, with an audit line for each study; gives its id. Throws `not-found` when one of the studies is
 * not there, or has no images any more. Whoever makes the file is told by the caller.
 */
export async function createExport(tx: HubTx, requester: Requester, asked: Body<"createExport">): Promise<string> {
  if (requester) assertMay(requester, "study.export-deidentified");
  const uids = [...new Set(asked.studyInstanceUids)];
  const { rows: studies } = await sql<{ id: string; instances: number }>`
    SELECT study.id, study.instance_count AS instances
    FROM unnest(${uids}::text[]) WITH ORDINALITY AS wanted (uid, n) JOIN study ON study.study_instance_uid = wanted.uid
      AND study.originals_deleted_at IS NULL
    ORDER BY wanted.n`.execute(tx);
  if (studies.length !== uids.length) throw new DomainError("not-found");
  const { id } = await tx
    .insertInto("study_export")
    .values({
      purpose: asked.purpose,
      options: JSON.stringify(asked.options),
      pseudonym_prefix: asked.pseudonymPrefix,
      key: null,
      requested_by: requester?.accountId ?? null,
      total: studies.reduce((sum, { instances }) => sum + instances, 0),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("study_export_study")
    .values(studies.map((study, position) => ({ export_id: id, position, study_id: study.id })))
    .execute();
  for (const study of studies)
    await writeAudit(tx, {
      ...who(requester),
      action: "study.export-deidentified",
      outcome: "done",
      studyId: study.id,
      detail: { exportId: id, instances: study.instances },
    });
  return id;
}

export async function enqueueExport(tx: HubTx, exportId: string): Promise<void> {
  await tx
    .insertInto("outbox")
    .values({ kind: "job", name: "export-studies", payload: JSON.stringify({ exportId }) })
    .execute();
}

/** One that failed is made again. Throws `not-found` for any other. As the hub: nobody else changes an export. */
export async function retryExport(tx: HubTx, actor: Actor, exportId: string): Promise<Summary> {
  assertMay(actor, "study.export-deidentified");
  const again = await tx
    .updateTable("study_export")
    .set({ state: "waiting", failure: null, finished_at: null })
    .where("id", "=", exportId)
    .where("state", "=", "failed")
    .returning("id")
    .executeTakeFirst();
  if (!again) throw new DomainError("not-found");
  await writeAudit(tx, { ...who(actor), action: "export.retry", outcome: "done", detail: { exportId } });
  await enqueueExport(tx, exportId);
  return findExport(tx, exportId);
}

export async function listExports(tx: HubTx, { limit, offset }: Query<"listExports">): Promise<Answer<"listExports">> {
  const rows = await selectExports(tx)
    .orderBy("e.requested_at", "desc")
    .orderBy("e.id")
    .limit(limit)
    .offset(offset)
    .execute();
  const { count } = await tx
    .selectFrom("study_export")
    .select((of) => of.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return { exports: rows.map(summaryOf), total: Number(count) };
}

export async function findExport(tx: HubTx, exportId: string): Promise<Summary> {
  const row = await selectExports(tx).where("e.id", "=", exportId).executeTakeFirst();
  if (!row) throw new DomainError("not-found");
  return summaryOf(row);
}

export async function getExport(tx: HubTx, exportId: string): Promise<Answer<"getExport">> {
  const summary = await findExport(tx, exportId);
  const rows = await tx
    .selectFrom("study_export_refusal as r")
    .innerJoin("instance as i", "i.id", "r.instance_id")
    .innerJoin("series as s", "s.id", "i.series_id")
    .innerJoin("study as t", "t.id", "i.study_id")
    .select(["t.study_instance_uid", "s.description", "s.modality", "i.sop_instance_uid", "r.reason"])
    .where("r.export_id", "=", exportId)
    .orderBy("r.instance_id")
    .limit(MAX_REFUSALS)
    .execute();
  return {
    ...summary,
    refusals: rows.map((row) => ({
      studyInstanceUid: row.study_instance_uid,
      seriesDescription: row.description,
      modality: row.modality,
      sopInstanceUid: row.sop_instance_uid,
      reason: row.reason,
    })),
  };
}

/** Where the file lies; that it is taken is in the audit. Throws `not-found` while there is none. */
export async function openExportFile(
  tx: HubTx,
  actor: Actor,
  exportId: string,
): Promise<{ readonly blobKey: string; readonly bytes: number; readonly pseudonymPrefix: string }> {
  const row = await tx
    .selectFrom("study_export")
    .select(["blob_key", "byte_length", "pseudonym_prefix"])
    .where("id", "=", exportId)
    .executeTakeFirst();
  if (!row || row.blob_key === null) throw new DomainError("not-found");
  await writeAudit(tx, { ...who(actor), action: "export.download", outcome: "done", detail: { exportId } });
  return { blobKey: row.blob_key, bytes: Number(row.byte_length), pseudonymPrefix: row.pseudonym_prefix };
}

function who(requester: Requester) {
  return requester ? { actor: requester.username, accountId: requester.accountId } : { actor: "hub" };
}

function selectExports(tx: HubTx) {
  return tx
    .selectFrom("study_export as e")
    .leftJoin("account as a", "a.id", "e.requested_by")
    .select([
      "e.id",
      "e.purpose",
      "e.options",
      "e.pseudonym_prefix",
      "e.requested_at",
      "e.finished_at",
      "e.state",
      "e.failure",
      "e.total",
      "e.exported",
      "e.refused",
      "e.byte_length",
      "a.id as account_id",
      "a.display_name",
    ])
    .select((of) =>
      of
        .selectFrom("study_export_study as s")
        .select((inner) => inner.fn.countAll<string>().as("count"))
        .whereRef("s.export_id", "=", "e.id")
        .as("study_count"),
    );
}

type ExportRow = Awaited<ReturnType<ReturnType<typeof selectExports>["execute"]>>[number];

function summaryOf(row: ExportRow): Summary {
  return {
    id: row.id,
    purpose: row.purpose,
    options: row.options,
    pseudonymPrefix: row.pseudonym_prefix,
    requestedBy: row.account_id === null ? null : { id: row.account_id, displayName: row.display_name ?? "" },
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    state: row.state,
    failure: row.failure,
    studyCount: Number(row.study_count),
    total: row.total,
    exported: row.exported,
    refused: row.refused,
    bytes: row.byte_length === null ? null : Number(row.byte_length),
  };
}
