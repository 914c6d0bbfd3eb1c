import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { deleteOriginals } from "../../core/infra/postgres/deletions.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { Clock } from "../../core/ports.ts";

/** Deletes the originals of a study once an administrator has confirmed it. A second run finds it done. */
export function deleteStudy({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): JobHandler<"delete-study"> {
  return ({ deletionId }) => asHub(db, (tx) => deleteOriginals(tx, deletionId, clock()));
}
