import { sql } from "kysely";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import { DomainError } from "../../core/errors.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import type { InstanceSource } from "../../core/ports.ts";
import { type IndexOutcome, instanceReceiver } from "../../core/study/receive-instance.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, storeFile, YANJI } from "../support/demo-district.ts";
import { rejectionNote } from "../support/rejection-note.ts";
import { smallCt } from "../support/small-studies.ts";

/** The short way into the index must lead where the long way leads, whatever happened meanwhile. */
let district: DemoDistrict;
beforeAll(async () => {
  district = await openDemoDistrict();
});
afterAll(() => district.close());

type Store = (file: DemoInstance | { readonly bytes: Buffer }, source?: InstanceSource) => Promise<IndexOutcome>;

interface Way {
  readonly store: Store;
  /** How many calls of the short way were made. */
  readonly shortCalls: () => number;
}

/** A process that learns, or one that is started anew for each instance. */
function way(learns: boolean): Way {
  let calls = 0;
  const pool = countingPool(district.pool, () => {
    calls += 1;
  });
  const one = postgresArchiveIndex(pool);
  return {
    store: async (file, source = YANJI) => {
      const index = learns ? one : postgresArchiveIndex(pool);
      const receiver = instanceReceiver(district.blobs, index);
      return storeFile(receiver, source, Buffer.from(file.bytes)).then(
        ({ outcome }) => outcome,
        (error: unknown) => {
          if (error instanceof DomainError) return error.code as IndexOutcome;
          throw error;
        },
      );
    },
    shortCalls: () => calls,
  };
}

function countingPool(pool: pg.Pool, onShort: () => void): pg.Pool {
  const connect = async () => {
    const client = await pool.connect();
    return new Proxy(client, {
      get: (target, name) => {
        if (name !== "query") return bound(target, name);
        return (text: unknown, ...rest: unknown[]) => {
          if (typeof text === "string" && text.includes("hub_index_more")) onShort();
          return (target.query as (...args: unknown[]) => unknown).call(target, text, ...rest);
        };
      },
    });
  };
  return new Proxy(pool, { get: (target, name) => (name === "connect" ? connect : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}

let people = 0;
const someone = (): DemoPatient => {
  people += 1;
  return { ...DEMO_PEOPLE[0], id: `KNOWN-${people}` };
};

async function ended(study: DemoInstance) {
  const { rows } = await sql<object>`
    SELECT s.state, s.instance_count, s.series_count, s.bytes, s.identity_conflict, s.conflict_with - 'patientId' AS conflict,
      s.originals_deleted_at IS NULL AS has_originals,
      (SELECT jsonb_agg(jsonb_build_array(i.instance_number, i.hidden_as, i.received_from, i.received_via) ORDER BY i.id)
        FROM instance i WHERE i.study_id = s.id) AS instances,
      (SELECT jsonb_agg(x.instance_count ORDER BY x.id) FROM series x WHERE x.study_id = s.id) AS series
    FROM study s WHERE s.study_instance_uid = ${study.studyInstanceUid}`.execute(district.db);
  return rows;
}

type Scenario = (
  store: Store,
  files: readonly DemoInstance[],
  patient: DemoPatient,
) => Promise<readonly IndexOutcome[]>;

async function inOrder(store: Store, files: readonly DemoInstance[]): Promise<IndexOutcome[]> {
  const outcomes: IndexOutcome[] = [];
  for (const file of files) outcomes.push(await store(file));
  return outcomes;
}

async function bothWays(scenario: Scenario) {
  const run = async (learns: boolean) => {
    const { store, shortCalls } = way(learns);
    const patient = someone();
    const files = smallCt({ slices: 8, patient });
    const outcomes = await scenario(store, files, patient);
    return { shortCalls: shortCalls(), outcomes, ended: await ended(files[0] as DemoInstance) };
  };
  const [short, long] = [await run(true), await run(false)];
  expect(long.shortCalls).toBe(0);
  expect(short.outcomes).toEqual(long.outcomes);
  expect(withoutSizes(short.ended)).toEqual(withoutSizes(long.ended));
  return short;
}

/** The patient's id is part of the bytes. */
const withoutSizes = (rows: readonly object[]) => rows.map((row) => ({ ...row, bytes: undefined }));

const set = (patient: DemoPatient, birthDate: string) =>
  sql`UPDATE patient SET birth_date = ${birthDate} WHERE patient_id = ${patient.id}`.execute(district.db);

test("from the third instance of a series on the way is short", async () => {
  const { shortCalls, outcomes } = await bothWays(inOrder);
  expect(shortCalls).toBe(6);
  expect(outcomes).toEqual(Array.from({ length: 8 }, () => "stored"));
});

test("the same again, other bytes, and another site's", async () => {
  const { shortCalls, outcomes } = await bothWays(async (store, files) => {
    const first = files[0] as DemoInstance;
    const other = { bytes: Buffer.from(first.bytes) };
    other.bytes.writeUInt8(other.bytes.readUInt8(other.bytes.length - 1) ^ 1, other.bytes.length - 1);
    return [
      ...(await inOrder(store, files.slice(0, 6))),
      await store(first),
      await store(other),
      await store(first, CHANGBAI),
      ...(await inOrder(store, files.slice(6))),
    ];
  });
  expect(outcomes.slice(6, 9)).toEqual(["already-stored", "instance-differs", "study-of-another-site"]);
  expect(shortCalls).toBeGreaterThan(4);
});

test("a patient who is called otherwise meanwhile is a conflict, and stays one", async () => {
  const { ended } = await bothWays(async (store, files, patient) => {
    const before = await inOrder(store, files.slice(0, 4));
    await set(patient, "19010101");
    return [...before, ...(await inOrder(store, files.slice(4)))];
  });
  expect(ended).toMatchObject([{ identity_conflict: true, instance_count: 8 }]);
});

test("a conflict that was settled comes up again with what comes next", async () => {
  await bothWays(async (store, files, patient) => {
    const before = await inOrder(store, files.slice(0, 4));
    await set(patient, "19010101");
    const conflicting = await inOrder(store, files.slice(4, 6));
    await sql`UPDATE study SET identity_conflict = false, conflict_with = NULL
      WHERE study_instance_uid = ${files[0]?.studyInstanceUid ?? ""}`.execute(district.db);
    return [...before, ...conflicting, ...(await inOrder(store, files.slice(6)))];
  });
});

test("what a note of meanwhile rejects is hidden when it comes", async () => {
  const { ended } = await bothWays(async (store, files) => {
    const before = await inOrder(store, files.slice(0, 4));
    const named = files.slice(5, 6).map(({ sopInstanceUid, seriesInstanceUid }) => ({
      sopInstanceUid,
      seriesInstanceUid,
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    }));
    const note = rejectionNote("safety", files[0]?.studyInstanceUid ?? "", named);
    return [...before, await store(note), ...(await inOrder(store, files.slice(4)))];
  });
  expect(JSON.stringify(ended)).toContain('"safety"');
});

test("an original that comes after all were deleted brings the study back", async () => {
  const { ended } = await bothWays(async (store, files) => {
    const before = await inOrder(store, files.slice(0, 4));
    await sql`UPDATE study SET originals_deleted_at = now()
      WHERE study_instance_uid = ${files[0]?.studyInstanceUid ?? ""}`.execute(district.db);
    return [...before, ...(await inOrder(store, files.slice(4)))];
  });
  expect(ended).toMatchObject([{ has_originals: true }]);
});

test("a study that had become complete receives again", async () => {
  const { ended } = await bothWays(async (store, files) => {
    const before = await inOrder(store, files.slice(0, 4));
    await sql`UPDATE study SET state = 'complete', completed_at = now()
      WHERE study_instance_uid = ${files[0]?.studyInstanceUid ?? ""}`.execute(district.db);
    return [...before, ...(await inOrder(store, files.slice(4)))];
  });
  expect(ended).toMatchObject([{ state: "receiving", instance_count: 8 }]);
});

test("of many at once, by two senders, each has its sender's name", async () => {
  const files = smallCt({ slices: 40, patient: someone() });
  const { store, shortCalls } = way(true);
  await inOrder(store, files.slice(0, 2));
  const second: InstanceSource = { ...YANJI, sender: "CT2_YANJI" };
  const outcomes = await Promise.all(files.slice(2).map((file, i) => store(file, i % 2 ? second : YANJI)));
  expect(new Set(outcomes)).toEqual(new Set(["stored"]));
  expect(shortCalls()).toBeGreaterThan(0);
  const { rows } = await sql<{ received_from: string; n: string }>`
    SELECT received_from, count(*) AS n FROM instance i JOIN study s ON s.id = i.study_id
    WHERE s.study_instance_uid = ${files[0]?.studyInstanceUid ?? ""} GROUP BY 1 ORDER BY 1`.execute(district.db);
  expect(rows).toEqual([
    { received_from: "CT2_YANJI", n: "19" },
    { received_from: "CT_YANJI", n: "21" },
  ]);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  expect(await ended(files[0] as DemoInstance)).toMatchObject([{ instance_count: 40, bytes: String(bytes) }]);
});
