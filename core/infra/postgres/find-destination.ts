import type { Destination } from "../dimse-scu/open-association.ts";
import type { Database } from "./database.ts";

/** A registered AE title that can be called, and whose it is; null when there is none, or nobody said where it is. */
export async function findDestination(
  db: Database,
  title: string,
): Promise<(Destination & { readonly siteId: string }) | null> {
  const row = await db
    .selectFrom("application_entity")
    .select(["title", "host", "port", "tls_only", "site_id"])
    .where("title", "=", title)
    .executeTakeFirst();
  if (!row?.host || row.port === null) return null;
  return { aeTitle: row.title, host: row.host, port: row.port, isTls: row.tls_only, siteId: row.site_id };
}
