import { resolve } from "node:path";
import type { Pool } from "pg";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { reindexArchive } from "../../core/infra/archive/reindex-archive.ts";
import { makeBackup } from "../../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../../core/infra/backup/restore-backup.ts";
import { openBlobStore } from "../../core/infra/blob/open-blob-store.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import { verifyAudit } from "../../core/infra/postgres/audit-chain.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { forgetSeriesObjects } from "../../core/infra/postgres/series-objects.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { Options } from "./options.ts";

export async function verify(
  db: Database,
  _words: readonly string[],
  _options: Options,
  settings: Settings,
): Promise<number> {
  const verdict = await verifyArchive(db, await openBlobStore(settings));
  console.log(
    `${verdict.whole} whole, ${verdict.damaged.length} damaged, ${verdict.missing.length} missing, ${verdict.orphans} without a row, ${verdict.spoilt} bundles to be rebuilt`,
  );
  for (const uid of verdict.damaged) console.log(`damaged ${uid}`);
  for (const uid of verdict.missing) console.log(`missing ${uid}`);
  return verdict.damaged.length + verdict.missing.length === 0 ? 0 : 1;
}

export async function rebuildBundles(db: Database, [studyInstanceUid]: readonly string[]): Promise<number> {
  if (studyInstanceUid !== undefined && !isUid(studyInstanceUid))
    throw new DomainError("request-invalid", { where: "STUDY" });
  const studies = await forgetSeriesObjects(db, studyInstanceUid ?? null);
  console.log(`${studies.length} studies to be prepared`);
  return 0;
}

export async function reindex(
  db: Database,
  _words: readonly string[],
  { site }: Options,
  settings: Settings,
  pool: Pool,
): Promise<number> {
  const blobs = await openBlobStore(settings);
  const index = postgresArchiveIndex(pool);
  const done = await reindexArchive({ db, blobs, index, ...(site !== undefined && { siteWithoutOrigin: site }) });
  console.log(
    `${done.indexed} instances put back, ${done.alreadyThere} already there, ${done.others} objects that are made again and are swept in a day, ${done.refused.length} refused, ${done.withoutSite} that do not say their site (--site)`,
  );
  for (const siteId of done.newSites) console.log(`new site ${siteId}: give it its name`);
  for (const { key, code } of done.refused) console.log(`refused ${key}: ${code}`);
  return done.refused.length + done.withoutSite === 0 ? 0 : 1;
}

export async function backup(
  db: Database,
  _words: readonly string[],
  { to }: Options,
  settings: Settings,
): Promise<number> {
  if (!to) throw new DomainError("request-invalid", { where: "--to" });
  const { rows, blobs } = await makeBackup(db, await openBlobStore(settings), resolve(to), Date.now());
  console.log(`${rows.study ?? 0} studies, ${blobs} originals, ${Object.values(rows).reduce((a, b) => a + b, 0)} rows`);
  return 0;
}

export async function restore(
  db: Database,
  _words: readonly string[],
  { from }: Options,
  settings: Settings,
): Promise<number> {
  if (!from) throw new DomainError("request-invalid", { where: "--from" });
  const { rows, blobs, madeAt } = await restoreBackup(db, await openBlobStore(settings), resolve(from));
  console.log(`${rows.study ?? 0} studies, ${blobs} originals, as of ${madeAt}`);
  return 0;
}

export async function verifyChain(db: Database): Promise<number> {
  const verdict = await verifyAudit(db);
  console.log(
    `${verdict.sealed} sealed, ${verdict.unsealed} not yet sealed, ${verdict.brokenAt ? `broken at ${verdict.brokenAt}` : "chain whole"}`,
  );
  return verdict.brokenAt ? 1 : 0;
}
