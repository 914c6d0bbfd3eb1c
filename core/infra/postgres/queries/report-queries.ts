import { type RawBuilder, sql } from "kysely";
import { type Actor, mayAtAll } from "../../../access/actor.ts";
import type { Answer, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { isOneOf } from "../is-one-of.ts";
import { rejectedSince } from "./rejection-queries.ts";
import { isNamed, SUMMARY_COLUMNS, SUMMARY_JOINS, type SummaryRow, studySummary, taskSummary } from "./summary-rows.ts";
import { possibleMoves, taskRow, versionsOf } from "./task-queries.ts";

/** Reports are counted so far, and their pages go so far; who looks for an older one searches. */
const COUNTED = 1000;

/** The signed reports of the caller's sites: those not yet read first, then the newest. */
export async function listReports(
  tx: HubTx,
  siteIds: readonly string[] | "all",
  query: Query<"listReports">,
): Promise<Answer<"listReports">> {
  const from = sql`FROM reading_task t JOIN study s ON s.id = t.study_id`;
  const conditions: RawBuilder<unknown>[] = [sql`t.final_at IS NOT NULL`];
  if (siteIds !== "all") conditions.push(isOneOf("t.site_id", siteIds));
  if (query.q) conditions.push(isNamed(query.q));
  if (query.modality) conditions.push(sql`t.modality = ${query.modality}`);
  if (query.from) conditions.push(sql`s.study_date >= ${query.from}`);
  if (query.to) conditions.push(sql`s.study_date <= ${query.to}`);
  const where = sql.join(conditions, sql` AND `);
  const unread = query.unacknowledged ? sql`AND t.acknowledged_at IS NULL` : sql``;
  const rows = await sql<SummaryRow & { impression: string }>`
    SELECT ${SUMMARY_COLUMNS},
      (SELECT v.impression FROM report_version v WHERE v.task_id = t.id AND v.status <> 'preliminary' ORDER BY v.version DESC LIMIT 1) AS impression
    ${from} ${SUMMARY_JOINS} WHERE ${where} ${unread}
    ORDER BY (t.acknowledged_at IS NOT NULL), t.final_at DESC, t.id LIMIT ${query.limit} OFFSET ${query.offset}`.execute(
    tx,
  );
  const counted = await sql<{ all: string; unread: string }>`
    SELECT (SELECT count(*) FROM (SELECT ${from} WHERE ${where} LIMIT ${COUNTED}) AS c) AS all,
      (SELECT count(*) FROM (SELECT ${from} WHERE ${where} AND t.acknowledged_at IS NULL LIMIT ${COUNTED}) AS c) AS unread`.execute(
    tx,
  );
  const counts = counted.rows[0];
  return {
    reports: rows.rows.flatMap((row) =>
      row.task_id
        ? [
            {
              task: taskSummary(row, row.task_id),
              study: studySummary(row),
              impression: row.impression,
              pdfReady: row.pdf_sop_instance_uid !== null,
            },
          ]
        : [],
    ),
    total: Number((query.unacknowledged ? counts?.unread : counts?.all) ?? 0),
    unacknowledged: Number(counts?.unread ?? 0),
  };
}

/** The newest signed version. A report that is not signed yet is `not-found` here. */
export async function getReport(
  tx: HubTx,
  actor: Actor,
  taskId: string,
): Promise<Answer<"getReport"> & { readonly studyId: string }> {
  if (!mayAtAll(actor, "report.view")) throw new DomainError("not-allowed");
  const row = await taskRow(tx, taskId);
  const [report] = await versionsOf(tx, taskId, false);
  if (!report) throw new DomainError("not-found");
  return {
    studyId: row.study_id,
    task: taskSummary(row, taskId),
    study: studySummary(row),
    report,
    pdfReady: row.pdf_sop_instance_uid !== null,
    rejectedSince: await rejectedSince(tx, row.study_id, report.signedAt),
    moves: possibleMoves(row, actor),
  };
}

/**
 * Where the PDF of the report lies: the blob, and where the document begins in it is for the caller to read. A signed report
 * is given also when what it is about was rejected: who sees the task may have it, whatever hides its instance elsewhere.
 */
export async function reportPdfBlob(
  tx: HubTx,
  taskId: string,
): Promise<{ readonly blobKey: string; readonly studyId: string }> {
  const { rows } = await sql<{ blobKey: string | null; studyId: string }>`
    SELECT hub_report_pdf(t.id) AS "blobKey", t.study_id AS "studyId" FROM reading_task t WHERE t.id = ${taskId}`.execute(
    tx,
  );
  const [row] = rows;
  if (!row || row.blobKey === null) throw new DomainError("not-found");
  return { blobKey: row.blobKey, studyId: row.studyId };
}
