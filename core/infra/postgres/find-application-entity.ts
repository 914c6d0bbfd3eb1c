import type { Database } from "./database.ts";

/** What the hub knows of a calling AE title. */
export interface ApplicationEntity {
  readonly siteId: string;
  /** SHA-256 of the DER certificate that it must bring on the TLS port, lower-case hex; null: any of our CA in its name. */
  readonly certificateSha256: string | null;
  readonly tlsOnly: boolean;
  /** Associations at the same time; null: as many as any other. */
  readonly maxAssociations: number | null;
}

export async function findApplicationEntity(db: Database, title: string): Promise<ApplicationEntity | null> {
  const row = await db
    .selectFrom("application_entity")
    .select([
      "site_id as siteId",
      "certificate_sha256 as certificateSha256",
      "tls_only as tlsOnly",
      "max_associations as maxAssociations",
    ])
    .where("title", "=", title)
    .executeTakeFirst();
  return row ?? null;
}
