import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import { DomainError } from "../../errors.ts";
import type { Clock } from "../../ports.ts";
import type { ReadingTransaction, TaskChanges, TaskRecord, VersionRecord } from "../../reading/reading-transaction.ts";
import type { TaskState } from "../../reading/task-moves.ts";
import { contentSha256 } from "../../report/report-content.ts";
import { asActor, asHub, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { markShelf } from "./mark-shelf.ts";
import { enqueuePriors } from "./prior-queries.ts";
import { enqueueTransfers } from "./transfer-queries.ts";
import { writeAudit } from "./write-audit.ts";

/** Opens the transactions of the reading use cases: as a person under row-level security, or (null) as the hub. */
export type InReadingTransaction = <T>(actor: Actor | null, work: (tx: ReadingTransaction) => Promise<T>) => Promise<T>;

export function readingTransactions(db: Database, clock: Clock): InReadingTransaction {
  return (actor, work) => {
    const run = (tx: HubTx) => work(readingTransaction(tx, clock()));
    return actor ? asActor(db, actor, run) : asHub(db, run);
  };
}

const instant = (ms: number) => new Date(ms);

function readingTransaction(tx: HubTx, now: number): ReadingTransaction {
  return {
    now,
    marks: markShelf(tx, now),
    lockTask: (taskId) => lockTask(tx, taskId),
    lockStudy: async (studyInstanceUid) => {
      const found = await tx
        .selectFrom("study")
        .select("id")
        .where("study_instance_uid", "=", studyInstanceUid)
        .executeTakeFirst();
      if (!found) throw new DomainError("not-found");
      // People may not write the study's row, so two requests for it queue here instead, and its deletion with them.
      await sql`SELECT pg_advisory_xact_lock(hub_study_lock(${found.id}))`.execute(tx);
      const row = await tx
        .selectFrom("study")
        .innerJoin("site", "site.id", "study.site_id")
        .select([
          "study.id",
          "study.study_instance_uid",
          "study.site_id",
          "study.state",
          "study.modalities",
          "study.instance_count",
          "study.originals_deleted_at",
          "site.time_zone",
        ])
        .where("study.id", "=", found.id)
        .executeTakeFirstOrThrow();
      return {
        id: row.id,
        studyInstanceUid: row.study_instance_uid,
        siteId: row.site_id,
        state: row.state,
        modalities: row.modalities,
        timeZone: row.time_zone,
        isDeleted: row.originals_deleted_at !== null,
        isEmpty: row.instance_count === 0,
      };
    },
    openTaskOf: async (studyId) => {
      const row = await tx
        .selectFrom("reading_task")
        .select("id")
        .where("study_id", "=", studyId)
        .where("state", "<>", "withdrawn")
        .executeTakeFirst();
      return row?.id ?? null;
    },
    centreFor: async (siteId, modality) => {
      const rows = await tx
        .selectFrom("reading_route")
        .select(["modality", "centre_site_id"])
        .where("site_id", "=", siteId)
        .where("modality", "in", [modality, "*"])
        .execute();
      return (rows.find((r) => r.modality === modality) ?? rows[0])?.centre_site_id ?? null;
    },
    addTask: async (task) => {
      const id = randomUUID();
      // before any row is locked: a change of who the patient is waits for this, or this for it
      await sql`SELECT pg_advisory_xact_lock_shared(hub_identity_lock())`.execute(tx);
      await tx
        .insertInto("reading_task")
        .values({
          id,
          study_id: task.studyId,
          site_id: task.siteId,
          centre_site_id: task.centreSiteId,
          state: "ordered",
          modality: task.modality,
          urgency: task.urgency,
          clinical_history: task.clinicalHistory,
          question: task.question,
          requested_by: task.requestedBy,
          requested_at: instant(task.requestedAt),
          due_at: instant(task.dueAt),
          workitem_uid: task.workitemUid ?? null,
        })
        .execute()
        .catch((error: unknown) => {
          // one living task a study is looked after by the advisory lock; so this is the UID that a client gave
          if ((error as { constraint?: unknown }).constraint === "reading_task_workitem_uid")
            throw new DomainError("workitem-exists", {}, { cause: error });
          throw error;
        });
      // The centre may see the study, and the same patient's others as priors.
      await sql`
        INSERT INTO study_access (study_id, site_id, relation)
        SELECT s.id, ${task.centreSiteId}, CASE WHEN s.id = ${task.studyId}::bigint THEN 'centre' ELSE 'prior' END
        FROM study s WHERE s.id = ${task.studyId}::bigint
          OR s.patient_id = (SELECT p.patient_id FROM study p WHERE p.id = ${task.studyId}::bigint)
        ON CONFLICT DO NOTHING`.execute(tx);
      await sql`SELECT hub_give_linked_priors(${task.studyId}::bigint, ${task.centreSiteId})`.execute(tx);
      return id;
    },
    writeTask: (task, state, changes) => writeTask(tx, task, state, changes),
    replaceWorkitem: async (task) => {
      await tx
        .insertInto("replaced_workitem")
        .values({
          task_id: task.id,
          number: task.workitemNumber,
          reader_id: task.readerId,
          transaction_uid: task.claimTransactionUid,
          ended_at: instant(now),
        })
        .execute();
      await tx
        .updateTable("reading_task")
        .set({ workitem_number: task.workitemNumber + 1 })
        .where("id", "=", task.id)
        .execute();
    },
    lockOfReplaced: async (taskId, workitemNumber) => {
      const row = await tx
        .selectFrom("replaced_workitem")
        .select("transaction_uid")
        .where("task_id", "=", taskId)
        .where("number", "=", workitemNumber)
        .executeTakeFirst();
      return row?.transaction_uid ?? null;
    },
    askForCancellation: async (taskId, workitemNumber, accountId, asked) => {
      await tx
        .insertInto("workitem_cancel_request")
        .values({
          task_id: taskId,
          number: workitemNumber,
          account_id: accountId,
          reason: asked.reason,
          asked_at: instant(now),
          codes: JSON.stringify(asked.codes),
          contact_name: asked.contactName,
          contact_uri: asked.contactUri,
          requesting_ae_title: asked.requestingAeTitle,
        })
        .execute();
    },
    draftOf: async (taskId, accountId) => {
      const row = await tx
        .selectFrom("report_draft")
        .selectAll()
        .where("task_id", "=", taskId)
        .where("account_id", "=", accountId)
        .executeTakeFirst();
      return row
        ? {
            findings: row.findings,
            impression: row.impression,
            revision: row.revision,
            savedAt: row.saved_at.getTime(),
          }
        : null;
    },
    writeDraft: async (taskId, accountId, draft) => {
      const values = {
        findings: draft.findings,
        impression: draft.impression,
        revision: draft.revision,
        saved_at: instant(draft.savedAt),
      };
      await tx
        .insertInto("report_draft")
        .values({ task_id: taskId, account_id: accountId, ...values })
        .onConflict((conflict) => conflict.columns(["task_id", "account_id"]).doUpdateSet(values))
        .execute();
    },
    removeDrafts: async (taskId) => void (await tx.deleteFrom("report_draft").where("task_id", "=", taskId).execute()),
    newestVersion: (taskId) => newestVersion(tx, taskId),
    addVersion: async (taskId, version) => {
      await tx
        .insertInto("report_version")
        .values({
          task_id: taskId,
          version: version.version,
          status: version.status,
          findings: version.findings,
          impression: version.impression,
          author_id: version.authorId,
          author_name: version.authorName,
          written_at: instant(version.writtenAt),
          countersigner_id: version.countersignerId,
          countersigner_name: version.countersignerName,
          signed_at: version.signedAt === null ? null : instant(version.signedAt),
          content_sha256: contentSha256(version),
        })
        .execute();
    },
    notify: async (notice) => {
      await tx
        .insertInto("notice")
        .values({
          site_id: notice.siteId,
          role: notice.role,
          account_id: notice.accountId ?? null,
          kind: notice.kind,
          task_id: notice.taskId,
        })
        .execute();
    },
    audit: (line) => writeAudit(tx, line),
    enqueue: async (name, payload, runAt) => {
      await tx
        .insertInto("outbox")
        .values({
          kind: "job",
          name,
          payload: JSON.stringify(payload),
          ...(runAt === undefined ? {} : { run_at: instant(runAt) }),
        })
        .execute();
    },
    announce: async (change) => {
      await tx
        .insertInto("outbox")
        .values({ kind: "live", name: "change", payload: JSON.stringify(change) })
        .execute();
    },
    enqueueOutward: async (studyId) => {
      await enqueueTransfers(tx, studyId, { onlyNew: true });
      await enqueuePriors(tx, studyId);
    },
  };
}

async function lockTask(tx: HubTx, taskId: string): Promise<TaskRecord> {
  const row = await tx.selectFrom("reading_task").selectAll().where("id", "=", taskId).forUpdate().executeTakeFirst();
  if (!row) throw new DomainError("not-found");
  const study = await tx
    .selectFrom("study")
    .innerJoin("site", "site.id", "study.site_id")
    .select(["study.study_instance_uid", "site.time_zone"])
    .where("study.id", "=", row.study_id)
    .executeTakeFirstOrThrow();
  const reader = row.reader_id
    ? await tx.selectFrom("account").select("display_name").where("id", "=", row.reader_id).executeTakeFirst()
    : undefined;
  return {
    id: row.id,
    version: row.version,
    state: row.state as TaskState,
    studyId: row.study_id,
    studyInstanceUid: study.study_instance_uid,
    siteId: row.site_id,
    centreSiteId: row.centre_site_id,
    modality: row.modality,
    urgency: row.urgency === "urgent" ? "urgent" : "routine",
    readerId: row.reader_id,
    readerName: reader?.display_name ?? null,
    timeZone: study.time_zone,
    requestedAt: row.requested_at.getTime(),
    workitemNumber: row.workitem_number,
    claimTransactionUid: row.claim_transaction_uid,
  };
}

const COLUMNS = {
  clinicalHistory: "clinical_history",
  question: "question",
  urgency: "urgency",
  dueAt: "due_at",
  onListAt: "on_list_at",
  readerId: "reader_id",
  claimedAt: "claimed_at",
  claimTransactionUid: "claim_transaction_uid",
  countersignerId: "countersigner_id",
  submittedAt: "submitted_at",
  returnedReason: "returned_reason",
  finalAt: "final_at",
  deliveredAt: "delivered_at",
  acknowledgedAt: "acknowledged_at",
  acknowledgedBy: "acknowledged_by",
  pdfSopInstanceUid: "pdf_sop_instance_uid",
} as const satisfies Readonly<Record<keyof TaskChanges, string>>;

async function writeTask(tx: HubTx, task: TaskRecord, state: TaskState, changes: TaskChanges): Promise<void> {
  const columns = Object.entries(changes).flatMap(([name, value]) => {
    const column = COLUMNS[name as keyof TaskChanges];
    return value === undefined ? [] : [[column, typeof value === "number" ? instant(value) : value] as const];
  });
  const written = await tx
    .updateTable("reading_task")
    .set({ state, version: task.version + 1, ...Object.fromEntries(columns) })
    .where("id", "=", task.id)
    .where("version", "=", task.version)
    .executeTakeFirst();
  // The row is locked, so only row-level security can have hidden it from the write.
  if (written.numUpdatedRows !== 1n) throw new DomainError("not-allowed", { state });
}

async function newestVersion(tx: HubTx, taskId: string): Promise<VersionRecord | null> {
  const row = await tx
    .selectFrom("report_version")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    version: row.version,
    status: row.status,
    findings: row.findings,
    impression: row.impression,
    authorId: row.author_id,
    authorName: row.author_name,
    writtenAt: row.written_at.getTime(),
    countersignerId: row.countersigner_id,
    countersignerName: row.countersigner_name,
    signedAt: row.signed_at?.getTime() ?? null,
  };
}
