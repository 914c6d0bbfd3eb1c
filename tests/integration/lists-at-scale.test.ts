import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asActor, type HubTx } from "../../core/infra/postgres/as-actor.ts";
import { listNotices } from "../../core/infra/postgres/queries/notice-queries.ts";
import { listReports } from "../../core/infra/postgres/queries/report-queries.ts";
import { getStudy, listStudies } from "../../core/infra/postgres/queries/study-queries.ts";
import { listTasks } from "../../core/infra/postgres/queries/task-queries.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";

/** Each of a patient of her own, and all but a few of them read long ago. */
const STUDIES = 6000;
const LIVING = 60;
const PAGE = { limit: 50, offset: 0 };

let district: DemoDistrict;
beforeAll(async () => {
  district = await openDemoDistrict();
  const { db } = district;
  await sql`INSERT INTO patient (issuer, patient_id, name_alphabetic, name_ideographic, name_phonetic, birth_date, sex, search_text)
    SELECT 'yanji', 'P' || n, '', '', '', '', '', '' FROM generate_series(1, ${STUDIES}) AS n`.execute(db);
  await sql`
    INSERT INTO study (study_instance_uid, site_id, patient_id, study_date, study_time, accession_number, dicom_study_id, description,
      referring_physician, patient_name, patient_name_latin, patient_birth_date, patient_sex, patient_age, modalities, series_count,
      instance_count, bytes, attributes, search_text, first_received_at, last_received_at, state)
    SELECT '2.25.' || id, 'yanji', id, '20260101', '', '', '', '', '', '', '', '', '', '', ARRAY['CT'], 1, 1, 1, '{}', '',
      now() - id * interval '1 minute', now(), 'complete' FROM patient`.execute(db);
  await sql`INSERT INTO study_access (study_id, site_id, relation)
    SELECT id, s, r FROM study CROSS JOIN (VALUES ('yanji', 'origin'), ('qzx', 'centre')) AS v (s, r)`.execute(db);
  await sql`
    INSERT INTO reading_task (study_id, site_id, centre_site_id, state, modality, urgency, clinical_history, question, requested_at,
      due_at, on_list_at, final_at)
    SELECT id, 'yanji', 'qzx', CASE WHEN id <= ${LIVING} THEN 'ready' ELSE 'acknowledged' END, 'CT', 'routine', '', '', now(), now(),
      now(), CASE WHEN id > ${LIVING} THEN now() END FROM study`.execute(db);
  await sql`INSERT INTO notice (site_id, role, kind, task_id)
    SELECT 'yanji', 'gp', 'task-final', id FROM reading_task`.execute(db);
  await sql`ANALYZE`.execute(db);
});
afterAll(() => district.close());

/** Rows of tables that were read for it, in its transaction. */
async function rowsRead(tx: HubTx, work: () => Promise<unknown>): Promise<number> {
  const soFar = async () => {
    const { rows } = await sql<{ n: number }>`
      SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS n FROM pg_stat_xact_user_tables`.execute(
      tx,
    );
    return rows[0]?.n ?? Number.NaN;
  };
  const before = await soFar();
  await work();
  return (await soFar()) - before;
}

it("a reading list costs what is on it, not what was ever read", async () => {
  const actor = await district.actor("radiologist");
  await asActor(district.db, actor, async (tx) => {
    const list = await listTasks(tx, actor, ["qzx"], { view: "open", ...PAGE });
    expect([list.tasks.length, list.total, list.counts.done]).toEqual([50, LIVING, 1000]); // counted so far
    expect(list.tasks.every(({ priorCount }) => priorCount === 0)).toBe(true);
    // each task on the page, and each that is counted, with its study and who may see that; not 50 times all patients
    expect(await rowsRead(tx, () => listTasks(tx, actor, ["qzx"], { view: "open", ...PAGE }))).toBeLessThan(10_000);
    expect(await rowsRead(tx, () => listTasks(tx, actor, ["qzx"], { view: "done", ...PAGE }))).toBeLessThan(10_000);
  });
});

it("a GP's list has the unacknowledged first, and costs a page", async () => {
  const actor = await district.actor("gp");
  await sql`UPDATE reading_task SET acknowledged_at = now() WHERE final_at IS NOT NULL AND study_id > ${LIVING + 3}`.execute(
    district.db,
  );
  await sql`ANALYZE reading_task`.execute(district.db);
  await asActor(district.db, actor, async (tx) => {
    const list = await listReports(tx, ["yanji"], { unacknowledged: false, ...PAGE });
    expect(list).toMatchObject({ total: 1000, unacknowledged: 3 });
    expect(list.reports.map(({ task }) => task.acknowledgedAt === null).indexOf(false)).toBe(3);
    expect(await rowsRead(tx, () => listReports(tx, ["yanji"], { unacknowledged: false, ...PAGE }))).toBeLessThan(
      10_000,
    );
    const unread = await listReports(tx, ["yanji"], { unacknowledged: true, ...PAGE });
    expect([unread.total, unread.reports.length]).toEqual([3, 3]);
  });
});

it("a study's page does not look at every patient for the priors of one", async () => {
  const actor = await district.actor("tech");
  await asActor(district.db, actor, async (tx) => {
    expect(await rowsRead(tx, () => getStudy(tx, actor, "2.25.7"))).toBeLessThan(3000);
  });
});

it("notices of others are not read through for who has none", async () => {
  const actor = await district.actor("ecg");
  await asActor(district.db, actor, async (tx) => {
    expect((await listNotices(tx)).notices).toEqual([]);
    expect(await rowsRead(tx, () => listNotices(tx))).toBeLessThan(500);
  });
  const gp = await district.actor("gp");
  await asActor(district.db, gp, async (tx) => expect((await listNotices(tx)).notices).toHaveLength(100));
});

it("the board has the newest of the caller's own sites, and counts them by stage", async () => {
  const actor = await district.actor("tech");
  const board = await listStudies(district.db, actor, ["yanji"], { stage: "waiting", ...PAGE });
  expect(board.studies.map((study) => study.studyInstanceUid)).toEqual(
    Array.from({ length: 50 }, (_, i) => `2.25.${i + 1}`),
  );
  expect(board.counts).toEqual({ all: STUDIES, receiving: 0, unasked: 0, waiting: LIVING, reported: STUDIES - LIVING });
  const other = await listStudies(district.db, await district.actor("tech2"), ["changbai"], PAGE);
  expect(other).toMatchObject({ studies: [], total: 0 });
});
