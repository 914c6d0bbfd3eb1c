import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { seedDemoDistrict } from "../../core/infra/demo/seed-demo.ts";
import { startEmbeddedPostgres } from "../../core/infra/embedded/embedded-postgres.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import { findInArchive } from "../../core/infra/postgres/archive-queries.ts";
import { openDatabase } from "../../core/infra/postgres/database.ts";
import { migrate } from "../../core/infra/postgres/migrate.ts";
import type { IndexEntry } from "../../core/study/index-entry.ts";
import { searchText } from "../../core/study/search-text.ts";
import { qidoQuery } from "../../server/dicomweb/qido-query.ts";
import { clearDataFolder } from "../support/clear-data-folder.ts";

/** `node tests/bench/query-scale.ts`: what a search costs as the index grows, in a database of its own. No pixels. */
const SIZES = (process.argv[2] ?? "1000,10000,100000").split(",").map(Number);
const RUNS = 30;
const QUERIES: Readonly<Record<string, readonly { readonly name: string; readonly value: string }[]>> = {
  "50 newest": [],
  "50 after 5000": [{ name: "offset", value: "5000" }],
  "a month": [{ name: "StudyDate", value: "20260301-20260331" }],
  "name, latin": [{ name: "PatientName", value: "Zhang*" }],
  "name, Han": [{ name: "PatientName", value: "赵*" }],
  "name, pinyin": [
    { name: "PatientName", value: "zhao*" },
    { name: "fuzzymatching", value: "true" },
  ],
  "a patient": [{ name: "PatientID", value: "P0000777" }],
  "an accession": [{ name: "AccessionNumber", value: "A0000778" }],
  "nobody's name": [{ name: "PatientName", value: "Nobody*" }],
};

const dataDir = await mkdtemp(path.join(tmpdir(), "hub-scale-"));
const log = { info: () => undefined, warn: () => undefined };
const server = await startEmbeddedPostgres({ dataDir, log });
const { db, pool, close } = openDatabase(server.url, { max: 4 });
try {
  await migrate(db);
  await seedDemoDistrict(db, "for this bench only");
  const index = postgresArchiveIndex(pool);
  const account = await db.selectFrom("account").select("id").where("username", "=", "tech").executeTakeFirstOrThrow();
  const actor = {
    accountId: account.id,
    username: "tech",
    displayName: "",
    grants: [{ siteId: "yanji", role: "technician" as const }],
  };
  console.log(`| p50 / p95 ms | ${Object.keys(QUERIES).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(Object.keys(QUERIES).length)}`);
  let loaded = 0;
  for (const size of SIZES) {
    while (loaded < size) {
      const batch = Array.from({ length: Math.min(512, size - loaded) }, (_, i) => loaded + i);
      const source = { siteId: "yanji", via: "dimse", sender: "CT_YANJI" } as const;
      await Promise.all(batch.map((n) => index.add(source, entryOf(n), blobOf(n), Promise.resolve())));
      loaded += batch.length;
    }
    await pool.query("VACUUM ANALYZE");
    const cells: string[] = [];
    for (const parameters of Object.values(QUERIES)) {
      const query = qidoQuery("study", [{ name: "limit", value: "50" }, ...parameters], []);
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const began = performance.now();
        await findInArchive(db, actor, query);
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      cells.push(`${(times[RUNS >> 1] ?? 0).toFixed(1)} / ${(times[Math.floor(RUNS * 0.95)] ?? 0).toFixed(1)}`);
    }
    console.log(`| ${size} studies | ${cells.join(" | ")} |`);
  }
} finally {
  await close();
  await server.stop();
  await clearDataFolder(dataDir);
}

function entryOf(n: number): IndexEntry {
  const person = DEMO_PEOPLE[n % DEMO_PEOPLE.length] ?? DEMO_PEOPLE[0];
  const patientId = `P${String(n >> 1).padStart(7, "0")}`;
  const accessionNumber = `A${String(n).padStart(7, "0")}`;
  const day = new Date(Date.UTC(2020, 0, 1 + (n % 2400)));
  const studyDate = `${day.getUTCFullYear()}${String(day.getUTCMonth() + 1).padStart(2, "0")}${String(day.getUTCDate()).padStart(2, "0")}`;
  const found = searchText([person.nameLatin, person.nameHan, ""], [patientId, accessionNumber]);
  const name = { vr: "PN", Value: [{ Alphabetic: person.nameLatin, Ideographic: person.nameHan }] };
  return {
    rejection: null,
    patient: {
      patientId,
      alphabetic: person.nameLatin,
      ideographic: person.nameHan,
      phonetic: "",
      display: person.nameHan.replace("^", ""),
      latin: person.nameLatin.replace("^", " "),
      birthDate: person.birthDate,
      sex: person.sex,
      searchText: found,
    },
    study: {
      studyInstanceUid: `2.25.1${n}`,
      studyDate,
      studyTime: "101500",
      accessionNumber,
      studyId: "",
      description: "胸部平扫",
      referringPhysician: "",
      patientAge: "",
      searchText: found,
      attributes: {
        "00080020": { vr: "DA", Value: [studyDate] },
        "00080050": { vr: "SH", Value: [accessionNumber] },
        "00100010": name,
        "00100020": { vr: "LO", Value: [patientId] },
      },
    },
    series: {
      seriesInstanceUid: `2.25.2${n}`,
      modality: "CT",
      seriesNumber: 1,
      description: "",
      bodyPart: "CHEST",
      attributes: {},
    },
    instance: {
      sopInstanceUid: `2.25.3${n}`,
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      instanceNumber: 1,
      numberOfFrames: null,
      attributes: {},
    },
  };
}

function blobOf(n: number) {
  const digest = "00".repeat(32);
  return {
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    blobKey: `00/${n}`,
    byteLength: 1000,
    dataSetOffset: 300,
    dataSetSha256: digest,
    blobSha256: digest,
    pixelDataOffset: null,
  };
}
