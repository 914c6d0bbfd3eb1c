import { type RawBuilder, sql } from "kysely";
import type { Actor } from "../../../access/actor.ts";
import type { ReportVersion } from "../../../api/payloads/report-version.ts";
import type { Answer, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import { moveTask, TASK_MOVES, type TaskMove } from "../../../reading/task-moves.ts";
import type { HubTx } from "../as-actor.ts";
import { isOneOf } from "../is-one-of.ts";
import { personOf } from "../person-of.ts";
import { rejectedSince } from "./rejection-queries.ts";
import { isNamed, SUMMARY_COLUMNS, SUMMARY_JOINS, type SummaryRow, studySummary, taskSummary } from "./summary-rows.ts";

/** Reports that are done are counted so far, and their pages go so far; who looks for an older one searches. */
const DONE_COUNTED = 1000;

const FROM = sql`FROM reading_task t JOIN study s ON s.id = t.study_id`;

/** The reading list of the centres at which the caller reads, with the counts of each view. */
export async function listTasks(
  tx: HubTx,
  actor: Actor,
  centreSiteIds: readonly string[],
  query: Query<"listTasks">,
): Promise<Answer<"listTasks">> {
  const views = {
    open: sql`t.state = 'ready'`,
    mine: sql`t.state IN ('claimed', 'preliminary') AND t.reader_id = ${actor.accountId}`,
    countersign: sql`t.state = 'preliminary' AND t.reader_id <> ${actor.accountId}`,
    claimed: sql`t.state = 'claimed' AND t.reader_id <> ${actor.accountId}`,
    done: sql`t.state IN ('final', 'delivered', 'acknowledged')`,
  } as const;
  const conditions: RawBuilder<unknown>[] = [isOneOf("t.centre_site_id", centreSiteIds)];
  if (query.q) conditions.push(isNamed(query.q));
  if (query.modality) conditions.push(sql`t.modality = ${query.modality}`);
  if (query.urgency) conditions.push(sql`t.urgency = ${query.urgency}`);
  const where = sql.join(conditions, sql` AND `);
  const order = query.view === "done" ? sql`t.final_at DESC, t.id` : sql`t.urgency DESC, t.due_at, t.id`;
  const rows = await sql<SummaryRow & { prior_count: string }>`
    SELECT ${SUMMARY_COLUMNS},
      (SELECT count(*) FROM study x JOIN patient y ON y.id = x.patient_id
        WHERE ${personOf("y")} = ${personOf("p")} AND x.id <> s.id) AS prior_count
    ${FROM} ${SUMMARY_JOINS} WHERE ${where} AND ${views[query.view]}
    ORDER BY ${order} LIMIT ${query.limit} OFFSET ${query.offset}`.execute(tx);
  const { done, ...living } = views;
  const counted = await sql<Record<string, string>>`
    SELECT ${sql.join(
      Object.entries(living).map(([name, condition]) => sql`count(*) FILTER (WHERE ${condition}) AS ${sql.ref(name)}`),
    )}, (SELECT count(*) FROM (SELECT ${FROM} WHERE ${where} AND ${done} LIMIT ${DONE_COUNTED}) AS counted) AS done
    ${FROM} WHERE ${where} AND t.state IN ('ready', 'claimed', 'preliminary')`.execute(tx);
  const counts = Object.fromEntries(
    Object.entries(counted.rows[0] ?? {}).map(([name, count]) => [name, Number(count)]),
  );
  return {
    tasks: rows.rows.flatMap((row) =>
      row.task_id
        ? [{ task: taskSummary(row, row.task_id), study: studySummary(row), priorCount: Number(row.prior_count) }]
        : [],
    ),
    total: counts[query.view] ?? 0,
    counts,
  };
}

export async function taskRow(tx: HubTx, taskId: string): Promise<SummaryRow & { study_id: string }> {
  const { rows } = await sql<SummaryRow & { study_id: string }>`
    SELECT t.study_id, ${SUMMARY_COLUMNS} ${FROM} ${SUMMARY_JOINS} WHERE t.id = ${taskId}`.execute(tx);
  if (!rows[0]) throw new DomainError("not-found");
  return rows[0];
}

/** A task with what the caller may read of its report: his own draft, and every version at the centre, signed ones elsewhere. */
export async function getTask(tx: HubTx, actor: Actor, taskId: string): Promise<Answer<"getTask">> {
  const row = await taskRow(tx, taskId);
  const draft = await tx
    .selectFrom("report_draft")
    .selectAll()
    .where("task_id", "=", taskId)
    .where("account_id", "=", actor.accountId)
    .executeTakeFirst();
  const atCentre = actor.grants.some((grant) => grant.siteId === row.centre_id);
  const versions = await versionsOf(tx, taskId, atCentre);
  return {
    task: taskSummary(row, taskId),
    study: studySummary(row),
    draft: draft
      ? {
          revision: draft.revision,
          findings: draft.findings,
          impression: draft.impression,
          savedAt: draft.saved_at.toISOString(),
        }
      : null,
    versions,
    moves: possibleMoves(row, actor),
    pdfReady: row.pdf_sop_instance_uid !== null,
    cancelRequest: await cancelRequestOf(tx, taskId),
    rejectedSince: await rejectedSince(tx, row.study_id, versions[0]?.signedAt ?? null),
  };
}

/** Of the living workitem, while somebody reads it: what was asked of an earlier reader ended with his claim. */
async function cancelRequestOf(tx: HubTx, taskId: string): Promise<Answer<"getTask">["cancelRequest"]> {
  const row = await tx
    .selectFrom("workitem_cancel_request as c")
    .innerJoin("reading_task as t", (join) =>
      join.onRef("t.id", "=", "c.task_id").onRef("t.workitem_number", "=", "c.number"),
    )
    .innerJoin("account as a", "a.id", "c.account_id")
    .select(["c.reason", "c.codes", "c.contact_name", "c.contact_uri", "c.asked_at", "a.id", "a.display_name"])
    .where("c.task_id", "=", taskId)
    .where("t.state", "in", ["claimed", "preliminary"])
    .orderBy("c.id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const coded = row.codes.map(({ meaning, value }) => meaning || value);
  return {
    reason: [...coded, row.reason].filter((part) => part !== "").join(" · "),
    contactName: row.contact_name,
    contactUri: row.contact_uri,
    askedBy: { id: row.id, displayName: row.display_name },
    askedAt: row.asked_at.toISOString(),
  };
}

/** Newest first. */
export async function versionsOf(tx: HubTx, taskId: string, withPreliminary: boolean): Promise<ReportVersion[]> {
  let select = tx.selectFrom("report_version").selectAll().where("task_id", "=", taskId).orderBy("version", "desc");
  if (!withPreliminary) select = select.where("status", "<>", "preliminary");
  return (await select.execute()).map((v) => ({
    version: v.version,
    status: v.status,
    findings: v.findings,
    impression: v.impression,
    author: { id: v.author_id, displayName: v.author_name },
    writtenAt: v.written_at.toISOString(),
    countersigner: v.countersigner_id ? { id: v.countersigner_id, displayName: v.countersigner_name ?? "" } : null,
    signedAt: v.signed_at?.toISOString() ?? null,
  }));
}

export function possibleMoves(row: SummaryRow, actor: Actor): TaskMove[] {
  const standing = {
    state: row.task_state,
    siteId: row.origin_id,
    centreSiteId: row.centre_id,
    readerId: row.reader_id,
  };
  return (Object.keys(TASK_MOVES) as TaskMove[]).filter((move) => {
    try {
      moveTask(standing, move, actor);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  });
}
