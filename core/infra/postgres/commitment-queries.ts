import type { ReferencedInstance } from "../../study/storage-commitment.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";

export interface Commitment {
  readonly id: string;
  readonly transactionUid: string;
  readonly aeTitle: string;
  readonly siteId: string;
  readonly instances: readonly ReferencedInstance[];
  readonly isReported: boolean;
}

/** Writes the request down with the job that answers it. */
export async function addCommitment(tx: HubTx, asked: Omit<Commitment, "id" | "isReported">): Promise<void> {
  const { id } = await tx
    .insertInto("storage_commitment")
    .values({
      transaction_uid: asked.transactionUid,
      ae_title: asked.aeTitle,
      site_id: asked.siteId,
      instances: JSON.stringify(
        asked.instances.map(({ sopClassUid, sopInstanceUid }) => [sopClassUid, sopInstanceUid]),
      ),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("outbox")
    .values({ kind: "job", name: "commit-storage", payload: JSON.stringify({ commitmentId: id }) })
    .execute();
}

export async function findCommitment(db: Database, id: string): Promise<Commitment | null> {
  const row = await db.selectFrom("storage_commitment").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    transactionUid: row.transaction_uid,
    aeTitle: row.ae_title,
    siteId: row.site_id,
    instances: row.instances.map(([sopClassUid, sopInstanceUid]) => ({ sopClassUid, sopInstanceUid })),
    isReported: row.reported_at !== null,
  };
}

export async function noteReported(tx: HubTx, id: string, failedCount: number): Promise<void> {
  await tx
    .updateTable("storage_commitment")
    .set({ reported_at: new Date(), failed_count: failedCount })
    .where("id", "=", id)
    .execute();
}
