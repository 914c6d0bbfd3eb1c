import type { Destination } from "../dimse-scu/open-association.ts";
import type { Database } from "./database.ts";

export interface FoundDestination extends Destination {
  readonly siteId: string;
  /** Associations of ours with it at the same time. */
  readonly maxOutgoing: number;
}

/** A registered AE title that can be called, and whose it is; null when there is none, or nobody said where it is. */
export async function findDestination(db: Database, title: string): Promise<FoundDestination | null> {
  const row = await db
    .selectFrom("application_entity")
    .select(["title", "host", "port", "tls_only", "site_id", "max_outgoing"])
    .where("title", "=", title)
    .executeTakeFirst();
  if (!row?.host || row.port === null) return null;
  const { title: aeTitle, host, port, tls_only: isTls, site_id: siteId, max_outgoing: maxOutgoing } = row;
  return { aeTitle, host, port, isTls, siteId, maxOutgoing };
}
