import { type Actor, assertMay } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import type { TaskRecord } from "./reading-transaction.ts";
import { taskRelations } from "./task-moves.ts";

/** The reader while he holds the claim; a countersigner, not the reader, while the report waits for a second doctor. */
export function assertMayWrite(task: TaskRecord, actor: Actor): void {
  if (task.state === "claimed") {
    assertMay(actor, "task.read", taskRelations(task));
    if (task.readerId !== actor.accountId) throw new DomainError("task-claim-lost");
  } else if (task.state === "preliminary") {
    assertMay(actor, "task.countersign", taskRelations(task));
    if (task.readerId === actor.accountId) throw new DomainError("countersign-own-report");
  } else throw new DomainError("task-claim-lost");
}
