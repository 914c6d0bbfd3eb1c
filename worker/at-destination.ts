import { DomainError } from "../core/errors.ts";
import { AssociationFailed } from "../core/infra/dimse-scu/association-failed.ts";
import type { Database } from "../core/infra/postgres/database.ts";
import { findHold } from "../core/infra/postgres/destination-holds.ts";
import { endPause, findPause, lengthenPause } from "../core/infra/postgres/destination-pauses.ts";
import { type FoundDestination, findDestination } from "../core/infra/postgres/find-destination.ts";
import { holdLocks } from "../core/infra/postgres/hold-locks.ts";
import { PutOff } from "../core/jobs/put-off.ts";

/**
 * Work that calls a registered AE title: as many at a time as it takes, over all workers, and of the same `name` one. A
 * destination that does not answer is left alone for longer and longer by all jobs together, and then tried by one of them;
 * a job that finds it so, full, or held by an administrator throws PutOff and its place in the lane is free for others. Throws `not-found`.
 */
export async function atDestination(
  db: Database,
  aeTitle: string,
  name: string,
  work: (destination: FoundDestination) => Promise<void>,
): Promise<void> {
  const destination = await findDestination(db, aeTitle);
  if (!destination) throw new DomainError("not-found", { aeTitle });
  const held = await findHold(db, aeTitle);
  if (held) throw new PutOff(held);
  const pause = await findPause(db, aeTitle);
  if (pause && pause.getTime() > Date.now()) throw new PutOff(pause);
  const places = Array.from({ length: pause ? 1 : destination.maxOutgoing }, (_, i) => `outgoing ${aeTitle} ${i}`);
  const isHeld = await holdLocks(db, [[name], places], async () => {
    try {
      await work(destination);
    } catch (error) {
      if (error instanceof AssociationFailed) await lengthenPause(db, aeTitle);
      else if (pause && error instanceof DomainError && error.code === "peer-refused") await endPause(db, aeTitle);
      throw error;
    }
    if (pause) await endPause(db, aeTitle);
  });
  if (!isHeld) throw new PutOff();
}
