import { type Actor, assertMay } from "../../access/actor.ts";
import type { Body } from "../../api/payloads.ts";
import { newUid } from "../../dicom/uid.ts";
import { zoneOffset } from "../../dicom/zone-offset.ts";
import { DomainError } from "../../errors.ts";
import { dayInZone, timeInZone } from "../../order/working-calendar.ts";
import type { Clock, InstanceReceiver } from "../../ports.ts";
import { type RejectedReference, rejectionNoteFile } from "../key-object/rejection-note-file.ts";
import { asActor } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { findRejectable, listReferences, type RejectableStudy } from "../postgres/queries/rejection-queries.ts";

export interface RejectParts {
  readonly db: Database;
  readonly receiver: InstanceReceiver;
  readonly clock: Clock;
}

/**
 * A person rejects instances: the hub writes the rejection note that a device would have sent, and receives it as any other
 * instance, so that it takes effect, is audited and goes on to other archives in one way. Gives how many it rejects. Throws
 * `not-found`, `not-allowed`, and what receiving throws.
 */
export async function rejectInstances(
  { db, receiver, clock }: RejectParts,
  actor: Actor,
  studyInstanceUid: string,
  body: Body<"rejectInstances">,
): Promise<number> {
  const { study, references } = await asActor(db, actor, async (tx) => {
    const found = await findRejectable(tx, studyInstanceUid);
    return { study: found, references: await listReferences(tx, found.studyId, body) };
  });
  assertMay(actor, "study.reject", [{ siteId: study.siteId, relation: "origin" }]);
  if (references.length === 0) throw new DomainError("not-found");
  for (let at = 0; at < references.length; at += MOST_A_NOTE)
    await storeNote({ receiver, clock }, actor, study, body.reason, references.slice(at, at + MOST_A_NOTE));
  return references.length;
}

/** The whole note is a header, and a header has a bound. */
const MOST_A_NOTE = 10_000;

async function storeNote(
  { receiver, clock }: Pick<RejectParts, "receiver" | "clock">,
  actor: Actor,
  study: RejectableStudy,
  reason: Body<"rejectInstances">["reason"],
  references: readonly RejectedReference[],
): Promise<void> {
  const contentDate = dayInZone(clock(), study.timeZone);
  const file = rejectionNoteFile(
    {
      ...study.context,
      seriesInstanceUid: newUid(),
      sopInstanceUid: newUid(),
      contentDate,
      contentTime: timeInZone(clock(), study.timeZone),
      timezoneOffset: zoneOffset(study.timeZone, contentDate),
      reason,
    },
    references,
  );
  const { accountId, username } = actor;
  const incoming = await receiver.receivePart10({ siteId: study.siteId, via: "hub", sender: username, accountId });
  try {
    await incoming.write(file);
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  await incoming.store();
}
