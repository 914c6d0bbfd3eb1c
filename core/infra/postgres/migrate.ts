import { sql } from "kysely";
import { type MigrationProvider, Migrator } from "kysely/migration";
import { POLICY_ROWS } from "../../access/policy.ts";
import type { Database } from "./database.ts";
import { initialMigration } from "./migrations/0001-initial.ts";
import { fasterIndexMigration } from "./migrations/0002-faster-index.ts";
import { dicomPeersMigration } from "./migrations/0003-dicom-peers.ts";
import { seriesObjectsMigration } from "./migrations/0004-series-objects.ts";
import { modalityServicesMigration } from "./migrations/0005-modality-services.ts";
import { forwardingMigration } from "./migrations/0006-forwarding.ts";
import { availabilityMigration } from "./migrations/0007-availability.ts";
import { sentInstancesMigration } from "./migrations/0008-sent-instances.ts";
import { reindexedStudiesMigration } from "./migrations/0009-reindexed-studies.ts";
import { workitemsMigration } from "./migrations/0010-workitems.ts";
import { priorsMigration } from "./migrations/0011-priors.ts";
import { patientChangesMigration } from "./migrations/0012-patient-changes.ts";
import { lifecycleMigration } from "./migrations/0013-lifecycle.ts";
import { keptAttributesMigration } from "./migrations/0014-kept-attributes.ts";
import { exportsMigration } from "./migrations/0015-exports.ts";
import { transfersAndOrdersMigration } from "./migrations/0016-transfers-and-orders.ts";
import { sentAndStoredMigration } from "./migrations/0017-sent-and-stored.ts";
import { projectsAndContactsMigration } from "./migrations/0018-projects-and-contacts.ts";
import { longSeriesMigration } from "./migrations/0019-long-series.ts";
import { knownSeriesMigration } from "./migrations/0020-known-series.ts";
import { hangingProtocolsMigration } from "./migrations/0021-hanging-protocols.ts";
import { readingMarksMigration } from "./migrations/0022-reading-marks.ts";

const MIGRATIONS: Readonly<Record<string, string>> = {
  "0001-initial": initialMigration,
  "0002-faster-index": fasterIndexMigration,
  "0003-dicom-peers": dicomPeersMigration,
  "0004-series-objects": seriesObjectsMigration,
  "0005-modality-services": modalityServicesMigration,
  "0006-forwarding": forwardingMigration,
  "0007-availability": availabilityMigration,
  "0008-sent-instances": sentInstancesMigration,
  "0009-reindexed-studies": reindexedStudiesMigration,
  "0010-workitems": workitemsMigration,
  "0011-priors": priorsMigration,
  "0012-patient-changes": patientChangesMigration,
  "0013-lifecycle": lifecycleMigration,
  "0014-kept-attributes": keptAttributesMigration,
  "0015-exports": exportsMigration,
  "0016-transfers-and-orders": transfersAndOrdersMigration,
  "0017-sent-and-stored": sentAndStoredMigration,
  "0018-projects-and-contacts": projectsAndContactsMigration,
  "0019-long-series": longSeriesMigration,
  "0020-known-series": knownSeriesMigration,
  "0021-hanging-protocols": hangingProtocolsMigration,
  "0022-reading-marks": readingMarksMigration,
};

const provider: MigrationProvider = {
  getMigrations: async () =>
    Object.fromEntries(
      Object.entries(MIGRATIONS).map(([name, text]) => [
        name,
        { up: async (db) => void (await sql.raw(text).execute(db)) },
      ]),
    ),
};

/** Brings the database to this version, and the policy in it to the one in code. Several processes may call it at once. */
export async function migrate(db: Database): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  await writePolicy(db);
}

async function writePolicy(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`LOCK TABLE access_policy IN EXCLUSIVE MODE`.execute(tx);
    await tx.deleteFrom("access_policy").execute();
    await tx
      .insertInto("access_policy")
      .values(POLICY_ROWS.map((row) => ({ ...row })))
      .execute();
  });
}
