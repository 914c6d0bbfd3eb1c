import pg from "pg";
import { readRunInfo } from "../../core/infra/embedded/run-info.ts";

/** What the rows of a hub that runs on `dataDir` say, asked past all of its code. */
export async function askArchive<Row extends pg.QueryResultRow>(
  dataDir: string,
  query: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const info = await readRunInfo(dataDir, "postgres");
  const client = new pg.Client({ connectionString: info?.url });
  await client.connect();
  try {
    return (await client.query<Row>(query, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** SOP Instance UID → SHA-256 of the data set, as the rows have them. */
export async function storedDigests(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const rows = await askArchive<{ uid: string; digest: string }>(
    dataDir,
    "SELECT sop_instance_uid AS uid, encode(data_set_sha256, 'hex') AS digest FROM instance",
  );
  return new Map(rows.map(({ uid, digest }) => [uid, digest]));
}

/** Studies and series whose counts are not those of their instances, or which have none: nothing is half there. */
export function countedWrongly(dataDir: string) {
  return askArchive<{ uid: string }>(
    dataDir,
    `SELECT study_instance_uid AS uid FROM study s WHERE
       s.instance_count = 0 OR (s.instance_count, s.series_count, s.bytes) <> (
         SELECT count(*), count(DISTINCT i.series_id), coalesce(sum(i.byte_length), 0) FROM instance i WHERE i.study_id = s.id)
     UNION ALL
     SELECT series_instance_uid FROM series s WHERE
       s.instance_count <> (SELECT count(*) FROM instance i WHERE i.series_id = s.id) OR s.instance_count = 0
       OR NOT EXISTS (SELECT 1 FROM study t WHERE t.id = s.study_id)`,
  );
}

/** Work that is not done yet: studies still open, and series without metadata or bundle of all their instances. */
export async function unfinished(dataDir: string): Promise<number> {
  const [row] = await askArchive<{ n: number }>(
    dataDir,
    `SELECT (SELECT count(*) FROM study WHERE state <> 'complete')::int + (
       SELECT count(*) FROM series s CROSS JOIN (VALUES ('metadata'), ('bundle')) AS k (kind)
       WHERE NOT EXISTS (SELECT 1 FROM series_object o WHERE o.series_id = s.id AND o.kind = k.kind
         AND (o.instance_count, o.series_version) = (s.instance_count, s.version)))::int AS n`,
  );
  return row?.n ?? -1;
}

/** Jobs that were given up. */
export function givenUp(dataDir: string) {
  return askArchive<{ name: string; failure: string }>(
    dataDir,
    "SELECT name, failure FROM outbox WHERE failed_at IS NOT NULL",
  );
}
