import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../core/access/actor.ts";
import { findInArchive } from "../../core/infra/postgres/archive-queries.ts";
import { findNewestStudies } from "../../core/infra/postgres/find-newest-studies.ts";
import { mayView } from "../../core/infra/postgres/may-view.ts";
import { qidoQuery } from "../../server/dicomweb/qido-query.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";

const STUDIES = 6000;
/** Every second study is a Wang's, every 20th a Zhang's of the other site too, every 500th an Ouyang's. */
const NAMES = sql`CASE WHEN n % 500 = 1 THEN 'ouyang minghui' WHEN n % 20 = 3 THEN 'zhang haoran' WHEN n % 2 = 0 THEN 'wang fang' ELSE 'sun xiuying' END`;

let district: DemoDistrict;
let actors: ReadonlyMap<string, Actor>;
beforeAll(async () => {
  district = await openDemoDistrict();
  actors = new Map(
    await Promise.all(["tech", "tech2", "admin"].map(async (name) => [name, await district.actor(name)] as const)),
  );
  const { db } = district;
  await sql`INSERT INTO patient (issuer, patient_id, name_alphabetic, name_ideographic, name_phonetic, birth_date, sex, search_text)
    VALUES ('yanji', 'P1', '', '', '', '', '', '')`.execute(db);
  await sql`
    INSERT INTO study (study_instance_uid, site_id, patient_id, study_date, study_time, accession_number, dicom_study_id, description,
      referring_physician, patient_name, patient_name_latin, patient_birth_date, patient_sex, patient_age, modalities, series_count,
      instance_count, bytes, attributes, search_text, first_received_at, last_received_at, state)
    SELECT '2.25.' || n, CASE WHEN n % 3 = 0 THEN 'changbai' ELSE 'yanji' END, (SELECT id FROM patient),
      to_char(date '2020-01-01' + n % 700, 'YYYYMMDD'), '', '', '', '', '', '', '', '', '', '', ARRAY['CT'], 1, 1, 1,
      jsonb_build_object('00100010', jsonb_build_object('vr', 'PN', 'Value', jsonb_build_array(
        jsonb_build_object('Alphabetic', replace(${NAMES}, ' ', '^'))))), ${NAMES}, now(), now(), 'complete'
    FROM generate_series(1, ${STUDIES}) AS n`.execute(db);
  await sql`INSERT INTO study_access (study_id, site_id, relation) SELECT id, site_id, 'origin' FROM study`.execute(db);
  await sql`ANALYZE study, study_access`.execute(db);
});
afterAll(() => district.close());

/** By the definition: all of them, newest first. */
async function allNewestFirst(who: string, pattern: string): Promise<readonly string[]> {
  const { rows } = await sql<{ uid: string }>`
    SELECT study_instance_uid AS uid FROM study WHERE search_text LIKE ${pattern} AND ${mayView(actors.get(who)?.grants ?? [])}
    ORDER BY study_date DESC, id DESC`.execute(district.db);
  return rows.map(({ uid }) => uid);
}

describe("a search by name", () => {
  it.each(["tech", "tech2", "admin"])(
    "gives %s the newest first, whether few, some or most are called so",
    async (who) => {
      const actor = actors.get(who);
      if (!actor) throw new Error("no such account");
      for (const name of ["ouyang", "zhang", "wang", "nobody"]) {
        const all = await allNewestFirst(who, `${name}%`);
        for (const [limit, offset] of [
          [50, 0],
          [50, 120],
          [7, 495],
          [1000, 0],
        ] as const) {
          const query = qidoQuery(
            "study",
            [
              { name: "PatientName", value: `${name}*` },
              { name: "limit", value: String(limit) },
              { name: "offset", value: String(offset) },
            ],
            [],
          );
          const found = await findInArchive(district.db, actor, query);
          expect([name, offset, found.map((match) => match.studyInstanceUid)]).toEqual([
            name,
            offset,
            all.slice(offset, offset + limit),
          ]);
        }
      }
    },
  );

  it("reads no more of the archive for a common name than it must", async () => {
    const wanted = { isSeen: sql`true`, onlySite: null, limit: 50, offset: 0 };
    const readFor = (name: string) =>
      district.db.transaction().execute(async (tx) => {
        const readSoFar = async () => {
          const { rows } = await sql<{ n: number }>`
            SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS n FROM pg_stat_xact_user_tables
            WHERE relname = 'study'`.execute(tx);
          return rows[0]?.n ?? Number.NaN;
        };
        const before = await readSoFar();
        const found = await findNewestStudies(tx, { ...wanted, matches: sql`study.search_text LIKE ${`${name}%`}` });
        return { found: found?.length ?? null, read: (await readSoFar()) - before };
      });
    const common = await readFor("wang"); // 3 000 are called so
    expect(common.found).toBe(50);
    // 501 to see that they are many, 100 to find 50 of every second
    expect(common.read).toBeLessThan(1500);
    const rare = await readFor("ouyang"); // 12
    expect(rare.found).toBe(12);
    expect(rare.read).toBeLessThan(100);
  });
});
