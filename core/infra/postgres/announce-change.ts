import type { LiveChange } from "../../jobs/live-change.ts";
import type { HubTx } from "./as-actor.ts";

/** Tells open pages that something changed, once the transaction stands. */
export async function announceChange(tx: HubTx, change: LiveChange): Promise<void> {
  await tx
    .insertInto("outbox")
    .values({ kind: "live", name: "change", payload: JSON.stringify(change) })
    .execute();
}
