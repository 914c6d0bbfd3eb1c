import { DomainError } from "../core/errors.ts";
import { AssociationFailed } from "../core/infra/dimse-scu/association-failed.ts";
import type { Database } from "../core/infra/postgres/database.ts";
import type { FoundDestination } from "../core/infra/postgres/find-destination.ts";
import {
  findTransfer,
  isAbandoned,
  noteAttempt,
  noteTransferDone,
  noteTransferFailure,
  type Transfer,
  type TransferKind,
} from "../core/infra/postgres/transfer-queries.ts";
import { PutOff } from "../core/jobs/put-off.ts";
import { atDestination } from "./at-destination.ts";

/** One attempt at a transfer, written down beside it for the administrator: how often, why not, and when again. */
export async function attemptTransfer(
  db: Database,
  kind: TransferKind,
  transferId: string,
  work: (transfer: Transfer, destination: FoundDestination) => Promise<void>,
): Promise<void> {
  const transfer = await findTransfer(db, transferId, kind);
  if (!transfer) return;
  if (await isAbandoned(db, transfer.id)) throw new DomainError("transfer-abandoned");
  try {
    await atDestination(db, transfer.destination, `transfer ${transfer.id}`, async (destination) => {
      await noteAttempt(db, transfer.id);
      await work(transfer, destination);
      await noteTransferDone(db, transfer.id);
    });
  } catch (error) {
    if (!(error instanceof PutOff)) await noteTransferFailure(db, transfer.id, kind, failureOf(error));
    throw error;
  }
}

function failureOf(error: unknown): string {
  if (error instanceof AssociationFailed) return error.message;
  if (!(error instanceof DomainError)) return "fault";
  const { status } = error.detail;
  return typeof status === "number" ? `${error.code}: status ${status.toString(16).padStart(4, "0")}H` : error.code;
}
