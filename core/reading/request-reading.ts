import { type Actor, assertMay } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import { dueAt, type Urgency } from "../order/due-time.ts";
import { makeMove, taskChanged } from "./make-move.ts";
import type { ReadingTransaction, StudyRecord, TaskRecord } from "./reading-transaction.ts";
import { workitemEvent } from "./workitem-events.ts";

export interface ReadingRequest {
  readonly clinicalHistory: string;
  readonly question: string;
  readonly urgency: Urgency;
}

/** Modalities that are not what a study is read for. */
const ACCOMPANYING = new Set(["SR", "PR", "KO", "DOC", "OT", "SEG", "REG"]);

/** What a study is routed by: ECG before images, images before what accompanies them. */
export function readingModality(modalities: readonly string[]): string {
  if (modalities.includes("ECG")) return "ECG";
  return modalities.find((modality) => !ACCOMPANYING.has(modality)) ?? modalities[0] ?? "OT";
}

/**
 * Asks for a reading of a complete study; it goes through the queue to the centre of the site's route for its modality.
 * `actor` null: the site asks for every study by itself. Returns the task's id. Throws `study-not-complete`,
 * `study-deleted`, `study-rejected`, `task-exists`, `no-reading-centre`, `not-allowed`, `not-found`.
 */
export async function requestReading(
  tx: ReadingTransaction,
  actor: Actor | null,
  studyInstanceUid: string,
  request: ReadingRequest,
  workitemUid?: string,
): Promise<string> {
  const study = await tx.lockStudy(studyInstanceUid);
  if (actor) assertMay(actor, "task.request", [{ siteId: study.siteId, relation: "origin" }]);
  if (study.isDeleted) throw new DomainError("study-deleted");
  if (study.state !== "complete") throw new DomainError("study-not-complete");
  if (study.isEmpty) throw new DomainError("study-rejected");
  if (await tx.openTaskOf(study.id)) throw new DomainError("task-exists");
  return addRequest(tx, actor, study, request, workitemUid);
}

async function addRequest(
  tx: ReadingTransaction,
  actor: Actor | null,
  study: StudyRecord,
  request: ReadingRequest,
  workitemUid: string | undefined,
): Promise<string> {
  const modality = readingModality(study.modalities);
  const centreSiteId = await tx.centreFor(study.siteId, modality);
  if (!centreSiteId) throw new DomainError("no-reading-centre");
  const taskId = await tx.addTask({
    studyId: study.id,
    siteId: study.siteId,
    centreSiteId,
    modality,
    ...request,
    requestedBy: actor?.accountId ?? null,
    requestedAt: tx.now,
    dueAt: dueAt({ urgency: request.urgency, modality, at: tx.now, timeZone: study.timeZone }),
    ...(workitemUid === undefined ? {} : { workitemUid }),
  });
  await tx.audit({
    actor: actor?.username ?? "hub",
    ...(actor ? { accountId: actor.accountId } : {}),
    action: "task.request",
    outcome: "done",
    studyId: study.id,
    taskId,
    detail: { urgency: request.urgency, centreSiteId },
  });
  await tx.enqueue("route-task", { taskId });
  await tx.announce({ topic: "task", siteIds: [study.siteId], studyInstanceUid: study.studyInstanceUid, taskId });
  await tx.announce(workitemEvent({ id: taskId, workitemNumber: 0 }, "state", "SCHEDULED"));
  return taskId;
}

/** Changes history, question and urgency until a reader has claimed the task; the due time follows the urgency. */
export async function changeRequest(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  request: ReadingRequest,
): Promise<void> {
  await changeLockedRequest(tx, actor, await tx.lockTask(taskId), request);
}

export async function changeLockedRequest(
  tx: ReadingTransaction,
  actor: Actor,
  task: TaskRecord,
  request: Partial<ReadingRequest>,
): Promise<void> {
  assertMay(actor, "task.request", [{ siteId: task.siteId, relation: "origin" }]);
  if (task.state !== "ordered" && task.state !== "ready")
    throw new DomainError("task-move-impossible", { move: "change", state: task.state });
  const urgency = request.urgency ?? task.urgency;
  const due = dueAt({
    urgency,
    modality: task.modality,
    at: task.requestedAt,
    timeZone: task.timeZone,
  });
  await tx.writeTask(task, task.state, { ...request, dueAt: due });
  await tx.audit({
    actor: actor.username,
    accountId: actor.accountId,
    action: "task.change-request",
    outcome: "done",
    studyId: task.studyId,
    taskId: task.id,
    detail: { urgency },
  });
  await tx.announce(taskChanged(task));
}

/** The job's half of asking: the task comes on the centre's reading list. Safe twice. */
export async function routeTask(tx: ReadingTransaction, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  if (task.state !== "ordered") return;
  await makeMove(tx, null, task, "route", { onListAt: tx.now });
  await tx.enqueueOutward(task.studyId);
}
