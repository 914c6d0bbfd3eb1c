import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import { claimTask } from "../../core/reading/claim-task.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { requestedTask } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestRedis } from "../support/test-redis.ts";

let district: DemoDistrict;
let hub: HttpHub;
beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

interface Made {
  readonly files: readonly DemoInstance[];
  readonly studyInstanceUid: string;
  readonly studyId: string;
  /** Path below /dicom-web of the first series. */
  readonly series: string;
}

/** The last `late` of its slices are still to come. */
async function completeCt(slices = 3, late = 0): Promise<Made> {
  const files = smallCt({ slices });
  for (const { bytes } of files.slice(0, slices - late)) await district.store(YANJI, bytes);
  const { studyInstanceUid = "", seriesInstanceUid = "" } = files[0] ?? {};
  const { id } = await district.db
    .updateTable("study")
    .set({ state: "complete", completed_at: new Date() })
    .where("study_instance_uid", "=", studyInstanceUid)
    .returning("id")
    .executeTakeFirstOrThrow();
  return { files, studyInstanceUid, studyId: id, series: `/studies/${studyInstanceUid}/series/${seriesInstanceUid}` };
}

async function prepare(studyId: string): Promise<void> {
  const codecs = openCodecPool({ threads: 1 });
  const { db, blobs } = district;
  await prepareStudy({ db, blobs, codecs, giveWayMs: 0, frames: frameReader(blobs) })({ studyId });
  await codecs.close();
}

const reject = async (
  username: string,
  { studyInstanceUid }: Made,
  body: { reason: string; seriesInstanceUids?: string[]; sopInstanceUids?: string[] },
) =>
  hub.call("rejectInstances", await hub.signIn(username), {
    params: { studyInstanceUid },
    body: { seriesInstanceUids: [], sopInstanceUids: [], ...body },
  });

async function get(username: string, path: string, accept = "application/dicom+json") {
  const cookie = await hub.signIn(username);
  return fetch(`${hub.url}/dicom-web${path}`, { headers: { cookie, accept } });
}

async function detail(username: string, { studyInstanceUid }: Made) {
  const { body } = await hub.call("getStudy", await hub.signIn(username), { params: { studyInstanceUid } });
  return body as {
    study: { instanceCount: number; seriesCount: number };
    mayReject: boolean;
    rejections: { id: string; reason: string; instanceCount: number; mayUndo: boolean; undoneAt: string | null }[];
  };
}
const undo = async (username: string, { studyInstanceUid }: Made, rejectionId = "") =>
  hub.call("undoRejection", await hub.signIn(username), { params: { studyInstanceUid, rejectionId } });

describe("a technician rejects", () => {
  test("an image: counts, search, metadata, bundle and frames follow, and come back when it is undone", async () => {
    const made = await completeCt(3);
    const [first] = made.files;
    await prepare(made.studyId);
    const metadata = async () => (await (await get("tech", `${made.series}/metadata`)).json()) as unknown[];
    const bundle = async () => (await get("tech", `${made.series}/bundle/preview`, "*/*")).status;
    const instances = async () => (await (await get("tech", `${made.series}/instances`)).json()) as unknown[];
    expect([(await metadata()).length, await bundle(), (await instances()).length]).toEqual([3, 200, 3]);

    expect(
      await reject("tech", made, { reason: "quality", sopInstanceUids: [first?.sopInstanceUid ?? ""] }),
    ).toMatchObject({ status: 200, body: { rejected: 1 } });
    // the bundle that was made is of three: it is made again before it is given
    expect([(await metadata()).length, await bundle(), (await instances()).length]).toEqual([2, 409, 2]);
    await prepare(made.studyId);
    expect([(await metadata()).length, await bundle()]).toEqual([2, 200]);
    const after = await detail("tech", made);
    expect(after.study).toMatchObject({ instanceCount: 2, seriesCount: 1 });
    expect(after.rejections).toMatchObject([{ reason: "quality", instanceCount: 1, mayUndo: true, undoneAt: null }]);

    expect((await undo("tech", made, after.rejections[0]?.id)).status).toBe(204);
    expect([(await metadata()).length, (await instances()).length]).toEqual([3, 3]);
    expect((await detail("tech", made)).rejections).toMatchObject([{ mayUndo: false }]);
    expect((await undo("tech", made, after.rejections[0]?.id)).body).toMatchObject({ code: "rejection-final" });
    const verdict = await verifyArchive(district.db, district.blobs);
    expect(verdict).toMatchObject({ damaged: [], missing: [], orphans: 0 });
  });

  test("one rejected and one come: as many as before, and yet what was made of them is not given", async () => {
    const made = await completeCt(2);
    await prepare(made.studyId);
    await reject("tech", made, { reason: "worklist", sopInstanceUids: [made.files[0]?.sopInstanceUid ?? ""] });
    const { rows } = await sql<{ n: number; v: number; made: number; of: number }>`
      SELECT s.instance_count AS n, s.version AS v, o.instance_count AS made, o.series_version AS of
      FROM series s JOIN series_object o ON o.series_id = s.id WHERE s.study_id = ${made.studyId} AND o.kind = 'bundle'`.execute(
      district.db,
    );
    expect(rows).toEqual([{ n: 1, v: 1, made: 2, of: 0 }]);
    await district.db.updateTable("series").set({ instance_count: 2 }).where("study_id", "=", made.studyId).execute();
    expect((await get("tech", `${made.series}/bundle/preview`, "*/*")).status).toBe(409);
  });

  test("an image of a study that goes on growing: what comes besides does not have all of it counted anew", async () => {
    const made = await completeCt(4, 2);
    const [first, second, third, last] = made.files;
    await reject("tech", made, { reason: "quality", sopInstanceUids: [first?.sopInstanceUid ?? ""] });
    const state = async () => {
      const { rows } = await sql<{ n: number; v: number; of: number }>`
        SELECT s.instance_count AS n, s.version AS v, t.instance_count AS of FROM series s JOIN study t ON t.id = s.study_id
        WHERE s.study_id = ${made.studyId} AND s.modality = 'CT'`.execute(district.db);
      return rows[0];
    };
    expect(await state()).toEqual({ n: 1, v: 1, of: 1 });
    // the version is another one whenever the counts were made anew
    for (const file of [third, last, first, second]) await district.store(YANJI, file?.bytes ?? Buffer.of());
    expect(await state()).toEqual({ n: 3, v: 1, of: 3 });
  });

  test("a frame that was looked at is given from memory for five seconds, then not", async () => {
    const made = await completeCt(2);
    const [first] = made.files;
    const frame = () => get("radiologist", `${made.series}/instances/${first?.sopInstanceUid}/frames/1`, "*/*");
    await requestedTask(district, made.studyInstanceUid, "tech");
    expect((await frame()).status).toBe(200);
    await reject("tech", made, { reason: "safety", sopInstanceUids: [first?.sopInstanceUid ?? ""] });
    await new Promise((resolve) => setTimeout(resolve, 5100));
    expect((await frame()).status).toBe(404);
  });

  test("a poor image, which an administrator still gets on request; one of patient safety nobody gets", async () => {
    const made = await completeCt(3);
    const [poor, unsafe] = made.files;
    await reject("tech", made, { reason: "quality", sopInstanceUids: [poor?.sopInstanceUid ?? ""] });
    await reject("tech", made, { reason: "safety", sopInstanceUids: [unsafe?.sopInstanceUid ?? ""] });
    const whole = async (username: string, query: string, accept = "multipart/related") => {
      const response = await get(username, `/studies/${made.studyInstanceUid}${query}`, accept);
      return response.status === 200
        ? ((await response.text()).match(/Content-Type: application\/dicom/g) ?? []).length
        : response.status;
    };
    expect(await whole("admin", "")).toBe(1);
    expect(await whole("admin", "?rejected=quality")).toBe(2);
    // nor in another form than it is stored in
    const RLE = "1.2.840.10008.1.2.5";
    expect(await whole("admin", "", `multipart/related; type="application/dicom"; transfer-syntax=${RLE}`)).toBe(1);
    for (const { sopInstanceUid } of [poor, unsafe].flatMap((one) => one ?? [])) {
      const instance = `${made.series}/instances/${sopInstanceUid}`;
      for (const [path, accept] of [
        [instance, `application/dicom; transfer-syntax=${RLE}`],
        [`${instance}/frames/1`, "image/jls"],
        [`${instance}/rendered`, "image/png"],
      ] as const)
        expect((await get("tech", path, accept)).status).toBe(404);
    }
    expect(await whole("tech", "?rejected=quality")).toBe(403);
  });

  test("the whole study: it is on her own board with nothing to see, and in nobody's search", async () => {
    const made = await completeCt(2);
    const taskId = await requestedTask(district, made.studyInstanceUid, "tech");
    const reader = await district.actor("radiologist");
    await district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, taskId));
    await reject("tech", made, { reason: "worklist" });
    const search = await (await get("radiologist", `/studies?StudyInstanceUID=${made.studyInstanceUid}`)).json();
    expect(search).toEqual([]);
    expect((await detail("tech", made)).study).toMatchObject({ instanceCount: 0, seriesCount: 0 });
    // the reader is told; the task is as it was, for a person to withdraw
    const task = await district.db.selectFrom("reading_task").select("state").where("id", "=", taskId).execute();
    expect(task).toEqual([{ state: "claimed" }]);
    const notices = await district.db.selectFrom("notice").select("kind").where("task_id", "=", taskId).execute();
    expect(notices).toContainEqual({ kind: "task-images-rejected" });
  });

  test("only of her own centre, and undoes only her own; an administrator any", async () => {
    const made = await completeCt(2);
    expect((await reject("tech2", made, { reason: "quality" })).status).toBe(404);
    expect((await reject("gp", made, { reason: "quality" })).status).toBe(403);
    expect((await reject("radiologist", made, { reason: "quality" })).status).toBe(403);
    await reject("admin", made, { reason: "quality" });
    const { rejections } = await detail("tech", made);
    expect(rejections).toMatchObject([{ mayUndo: false }]);
    expect((await undo("tech", made, rejections[0]?.id)).status).toBe(403);
    expect((await undo("admin", made, rejections[0]?.id)).status).toBe(204);
    const lines = await district.db
      .selectFrom("audit_event")
      .select(["actor", "action"])
      .where("study_id", "=", made.studyId)
      .where("action", "like", "study.reject%")
      .orderBy("id")
      .execute();
    expect(lines).toEqual([
      { actor: "admin", action: "study.reject" },
      { actor: "admin", action: "study.reject-undo" },
    ]);
  });
});

test("row-level security alone hides it from a reader, whatever the statement says", async () => {
  const made = await completeCt(2);
  await requestedTask(district, made.studyInstanceUid, "tech");
  await reject("tech", made, { reason: "safety", sopInstanceUids: [made.files[0]?.sopInstanceUid ?? ""] });
  const count = async (username: string) =>
    asActor(district.db, await district.actor(username), async (tx) => {
      const rows = await tx.selectFrom("instance").select("id").where("study_id", "=", made.studyId).execute();
      return rows.length;
    });
  expect(await count("radiologist")).toBe(1); // one of two images, and not the note
  expect(await count("tech")).toBe(3);
});
