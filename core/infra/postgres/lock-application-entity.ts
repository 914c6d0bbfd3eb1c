import type { HubTx } from "./as-actor.ts";

/** A registered AE title, which stays until the transaction ends: what is to name it cannot lose it meanwhile. */
export async function lockApplicationEntity(
  tx: HubTx,
  title: string,
): Promise<{ readonly siteId: string; readonly isCallable: boolean } | null> {
  const row = await tx
    .selectFrom("application_entity")
    .select(["site_id", "host", "port"])
    .where("title", "=", title)
    .forKeyShare()
    .executeTakeFirst();
  return row ? { siteId: row.site_id, isCallable: row.host !== null && row.port !== null } : null;
}
