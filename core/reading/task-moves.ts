import { type Actor, may, type SiteRelations } from "../access/actor.ts";
import type { Action } from "../access/policy.ts";
import { DomainError } from "../errors.ts";

export const TASK_STATES = [
  "ordered",
  "ready",
  "claimed",
  "preliminary",
  "final",
  "delivered",
  "acknowledged",
  "withdrawn",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What a move needs to know of a task. */
export interface TaskStanding {
  readonly state: TaskState;
  readonly siteId: string;
  readonly centreSiteId: string;
  readonly readerId: string | null;
}

type Holder = "reader" | "not-the-reader" | "anyone";

interface MoveRule {
  readonly from: readonly TaskState[];
  readonly to: TaskState;
  /** Null: only the hub itself. */
  readonly action: Action | null;
  readonly holder: Holder;
}

/** The one table of what may follow what. */
export const TASK_MOVES = {
  route: { from: ["ordered"], to: "ready", action: null, holder: "anyone" },
  claim: { from: ["ready"], to: "claimed", action: "task.read", holder: "anyone" },
  release: { from: ["claimed"], to: "ready", action: "task.read", holder: "reader" },
  submit: { from: ["claimed"], to: "preliminary", action: "task.read", holder: "reader" },
  recall: { from: ["preliminary"], to: "claimed", action: "task.read", holder: "reader" },
  return: { from: ["preliminary"], to: "claimed", action: "task.countersign", holder: "not-the-reader" },
  countersign: { from: ["preliminary"], to: "final", action: "task.countersign", holder: "not-the-reader" },
  deliver: { from: ["final"], to: "delivered", action: null, holder: "anyone" },
  acknowledge: { from: ["final", "delivered"], to: "acknowledged", action: "report.acknowledge", holder: "anyone" },
  withdraw: { from: ["ordered", "ready"], to: "withdrawn", action: "task.withdraw", holder: "anyone" },
} as const satisfies Readonly<Record<string, MoveRule>>;

export type TaskMove = keyof typeof TASK_MOVES;

export function taskRelations(task: TaskStanding): SiteRelations {
  return [
    { siteId: task.siteId, relation: "origin" },
    { siteId: task.centreSiteId, relation: "centre" },
  ];
}

/**
 * The state after the move, or a DomainError: `not-allowed` (role or site), `countersign-own-report` (the second pair of
 * eyes is the first), `task-claimed-by-other` (the caller adds the reader's name), `task-move-impossible` (the order of
 * things). `actor` null is the hub itself.
 */
export function moveTask(task: TaskStanding, move: TaskMove, actor: Actor | null): TaskState {
  const rule: MoveRule = TASK_MOVES[move];
  if (rule.action === null ? actor !== null : actor !== null && !may(actor, rule.action, taskRelations(task)))
    throw new DomainError("not-allowed", { move });
  if (!rule.from.includes(task.state)) {
    const isRead = task.state === "claimed" || task.state === "preliminary";
    if (move === "claim" && isRead && task.readerId !== actor?.accountId)
      throw new DomainError("task-claimed-by-other");
    throw new DomainError("task-move-impossible", { move, state: task.state });
  }
  if (actor !== null && rule.holder === "reader" && task.readerId !== actor.accountId)
    throw new DomainError(move === "submit" ? "task-claim-lost" : "not-allowed", { move });
  if (actor !== null && rule.holder === "not-the-reader" && task.readerId === actor.accountId)
    throw new DomainError(move === "countersign" ? "countersign-own-report" : "not-allowed", { move });
  return rule.to;
}
