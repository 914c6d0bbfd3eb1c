import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dicomJson } from "../../core/dicom/dicom-json.ts";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { patientTransactions } from "../../core/infra/postgres/patient-transaction.ts";
import { unsentInstances } from "../../core/infra/postgres/transfer-queries.ts";
import type { ChangeRequest } from "../../core/patient/patient-change.ts";
import { reconcilePatient } from "../../core/patient/reconcile-patient.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { keyOf, makeAs, undoAs } from "../support/patient-desk.ts";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
import { withBitPreservingStorescp } from "./dcmtk.ts";

const SLICES = 3;
let district: DemoDistrict;
let port: number;
let folder: string;
beforeAll(async () => {
  district = await openDemoDistrict();
  port = await freePort();
  await district.db
    .insertInto("application_entity")
    .values({ title: "HOSPITAL", site_id: "yanji", host: "127.0.0.1", port })
    .execute();
  await district.db
    .insertInto("forward_rule")
    .values({ site_id: "yanji", modality: "*", destination: "HOSPITAL" })
    .execute();
});
afterAll(() => district.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forward-corrected-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** What the hospital has got since it was last asked. */
function taken(): readonly Buffer[] {
  return readdirSync(folder).map((name) => {
    const file = readFileSync(join(folder, name));
    rmSync(join(folder, name));
    return file;
  });
}
const headerOf = (file: Buffer) => dicomJson(readPart10(file, true).dataSet, { inlineBytes: 64 });
const names = (files: readonly Buffer[]) => [
  ...new Set(files.map((file) => JSON.stringify(headerOf(file)["00100010"]?.Value))),
];

interface SentStudy {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly transferId: string;
  readonly patientId: string;
  readonly files: readonly Buffer[];
}

/** A complete study that the hospital has. */
async function sentStudy(): Promise<SentStudy> {
  const { db } = district;
  const slices = smallCt({ slices: SLICES });
  for (const { bytes } of slices) await district.store(YANJI, bytes);
  const { studyInstanceUid = "" } = slices[0] ?? {};
  const { id: studyId, patient_id } = await db
    .selectFrom("study")
    .select(["id", "patient_id"])
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirstOrThrow();
  await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId });
  const { rows } = await sql<{ id: string }>`SELECT id FROM transfer WHERE study_id = ${studyId}`.execute(db);
  const { patient_id: patientId } = await db
    .selectFrom("patient")
    .select("patient_id")
    .where("id", "=", patient_id)
    .executeTakeFirstOrThrow();
  const sent = {
    studyId,
    studyInstanceUid,
    transferId: rows[0]?.id ?? "",
    patientId,
    files: slices.map(({ bytes }) => bytes),
  };
  await db.deleteFrom("outbox").where("name", "=", "forward-study").execute();
  await forward(sent);
  expect(taken()).toHaveLength(SLICES);
  return sent;
}

const forward = ({ transferId }: SentStudy) => {
  const { db, blobs } = district;
  const caller = { aeTitle: "HUB", timeouts: { connectMs: 2000, responseMs: 5000 } };
  return withBitPreservingStorescp(folder, port, () => forwardStudy({ db, blobs, caller })({ transferId }));
};
const jobs = async ({ transferId }: SentStudy) => {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM outbox
    WHERE name = 'forward-study' AND payload ->> 'transferId' = ${transferId} AND failed_at IS NULL`.execute(
    district.db,
  );
  return rows[0]?.n;
};
const correction = async ({ patientId }: SentStudy, alphabetic: string): Promise<ChangeRequest> => ({
  kind: "correct",
  patientKey: await keyOf(district, "yanji", patientId),
  fields: { name: { alphabetic, ideographic: "", phonetic: "" } },
});

describe("a study that was sent on before its patient was corrected", () => {
  it("is sent again as corrected, once, and after the undoing as it came, bit for bit", async () => {
    const study = await sentStudy();
    const changeId = await makeAs(district, "tech", await correction(study, "Quan^Mei"));
    expect(await jobs(study)).toBe(1);
    await forward(study);
    const again = taken();
    expect(again).toHaveLength(SLICES);
    expect(names(again)).toEqual([JSON.stringify([{ Alphabetic: "Quan^Mei" }])]);
    await forward(study);
    expect(taken()).toHaveLength(0);

    await undoAs(district, "tech", changeId);
    expect(await jobs(study)).toBe(2);
    await forward(study);
    const back = taken().map((file) => file.subarray(metaEnd(file) ?? 0).toString("latin1"));
    expect(back.toSorted()).toEqual(study.files.map((file) => dataSetOf(file).toString("latin1")).toSorted());
  });

  it("is spoken of in the difference before, and asked for by no preview", async () => {
    const study = await sentStudy();
    const actor = await district.actor("tech");
    const { studyInstanceUid } = study;
    const request = { kind: "correct", studyInstanceUid, fields: { birthDate: "19710203" } } as const;
    const { difference } = await patientTransactions(district.db).tryOut(actor, (tx) =>
      reconcilePatient(tx, actor, request, "核对"),
    );
    expect(difference).toMatchObject({ sentAgain: 1, sentAgainTo: ["HOSPITAL"] });
    expect(await jobs(study)).toBe(0);
  });

  it("is not sent again when it goes out as before", async () => {
    const study = await sentStudy();
    await district.db.updateTable("study").set({ identity_conflict: true }).where("id", "=", study.studyId).execute();
    const { studyInstanceUid } = study;
    await makeAs(district, "tech", { kind: "correct", studyInstanceUid, fields: {} });
    expect(await jobs(study)).toBe(0);
    await forward(study);
    expect(taken()).toHaveLength(0);
  });

  it("that is corrected while it is being sent is sent once more", async () => {
    const study = await sentStudy();
    await makeAs(district, "tech", await correction(study, "Quan^Yi"));
    const transfer = { id: study.transferId, studyId: study.studyId, destination: "HOSPITAL", isByHand: false };
    // what was listed under the first correction goes out, and is noted, after the second
    const listed = await unsentInstances(district.db, transfer, 10);
    await makeAs(district, "tech", await correction(study, "Quan^Er"));
    for (const { id, identityMark } of listed)
      await sql`UPDATE transfer_instance SET identity_mark = ${identityMark} WHERE instance_id = ${id}`.execute(
        district.db,
      );
    await forward(study);
    expect(names(taken())).toEqual([JSON.stringify([{ Alphabetic: "Quan^Er" }])]);
  });

  it("what was rejected meanwhile does not go again", async () => {
    const study = await sentStudy();
    await makeAs(district, "tech", await correction(study, "Quan^San"));
    await sql`UPDATE instance SET hidden_as = 'quality' WHERE id = (SELECT min(id) FROM instance WHERE study_id = ${study.studyId})`.execute(
      district.db,
    );
    await forward(study);
    expect(taken()).toHaveLength(SLICES - 1);
  });
});
