import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { findTransfer, unsentInstances } from "../../core/infra/postgres/transfer-queries.ts";
import type { RejectionReason } from "../../core/study/rejection-note.ts";
import { rejectionNote } from "../support/rejection-note.ts";
import { smallCt } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk } from "./dcmtk.ts";
import { findByDcmtk, firstOf } from "./find-by-dcmtk.ts";

const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
let hub: ArchivePort;
let folder: string;
beforeAll(async () => {
  hub = await openArchivePort();
  folder = mkdtempSync(join(tmpdir(), "rejection-"));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** storescu with these files; its code and what it said. */
async function send(files: readonly { readonly bytes: Buffer }[], aeTitle = "CT_YANJI") {
  const paths = files.map(({ bytes }, i) => {
    const path = join(folder, `${i}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
  const args = ["-v", "-R", "-aet", aeTitle, "-aec", "HUB", "127.0.0.1", String(hub.server.port), ...paths];
  return runDcmtk("storescu", args);
}

async function storedCt(slices = 3): Promise<readonly DemoInstance[]> {
  const files = smallCt({ slices });
  expect((await send(files)).code).toBe(0);
  return files;
}

const references = (files: readonly DemoInstance[]) =>
  files.map(({ seriesInstanceUid, sopInstanceUid }) => ({ seriesInstanceUid, sopClassUid: CT_IMAGE, sopInstanceUid }));
const noteFor = (reason: RejectionReason, files: readonly DemoInstance[]) =>
  rejectionNote(reason, files[0]?.studyInstanceUid ?? "", references(files));

async function found(level: "STUDY" | "SERIES" | "IMAGE", studyInstanceUid: string) {
  const unique = { STUDY: "NumberOfStudyRelatedInstances", SERIES: "SeriesInstanceUID", IMAGE: "SOPInstanceUID" }[
    level
  ];
  const keys = [`QueryRetrieveLevel=${level}`, `StudyInstanceUID=${studyInstanceUid}`, unique, "ModalitiesInStudy"];
  // an instance has its series named above it
  if (level === "IMAGE") {
    const series = await findByDcmtk(hub.server.port, "CT_YANJI", [
      "QueryRetrieveLevel=SERIES",
      `StudyInstanceUID=${studyInstanceUid}`,
      "SeriesInstanceUID",
    ]);
    const uid = firstOf(series.answers[0], "0020000E");
    return (await findByDcmtk(hub.server.port, "CT_YANJI", [...keys, `SeriesInstanceUID=${String(uid ?? "2.25.1")}`]))
      .answers;
  }
  return (await findByDcmtk(hub.server.port, "CT_YANJI", keys)).answers;
}

const rowOf = (file: DemoInstance | undefined) =>
  hub.district.db
    .selectFrom("instance")
    .select(["hidden_as", "study_id"])
    .where("sop_instance_uid", "=", file?.sopInstanceUid ?? "")
    .executeTakeFirst();

describe("a rejection note by C-STORE", () => {
  it.each(["quality", "safety", "worklist", "expired"] as const)(
    "%s: what it names is given to nobody",
    async (reason) => {
      const files = await storedCt();
      const { studyInstanceUid = "" } = files[0] ?? {};
      expect((await send([noteFor(reason, files.slice(0, 1))])).code).toBe(0);
      // of three images two are left, and neither the note nor its series is counted
      const [study] = await found("STUDY", studyInstanceUid);
      expect(firstOf(study, "00201208")).toBe(2);
      expect(study?.["00080061"]?.Value).toEqual(["CT"]);
      expect(await found("SERIES", studyInstanceUid)).toHaveLength(1);
      const images = (await found("IMAGE", studyInstanceUid)).map((answer) => firstOf(answer, "00080018"));
      expect(images.toSorted()).toEqual(
        files
          .slice(1)
          .map((file) => file.sopInstanceUid)
          .toSorted(),
      );
      expect(await rowOf(files[0])).toMatchObject({ hidden_as: reason });

      const got = mkdtempSync(join(folder, "got-"));
      const args = ["-S", "-aet", "CT_YANJI", "-aec", "HUB", "-od", got, "-k", "QueryRetrieveLevel=STUDY"];
      const { output } = await runDcmtk("getscu", [
        ...["-v", ...args, "-k", `StudyInstanceUID=${studyInstanceUid}`],
        ...["127.0.0.1", String(hub.server.port)],
      ]);
      expect(output).toMatch(/Completed Suboperations *: 2/);
    },
  );

  it("the whole study: it is not found any more", async () => {
    const files = await storedCt();
    const { studyInstanceUid = "" } = files[0] ?? {};
    await send([noteFor("worklist", files)]);
    expect(await found("STUDY", studyInstanceUid)).toEqual([]);
  });

  it.each([
    ["quality", false, "already here, and stays hidden"],
    ["safety", true, "refused"],
    ["worklist", true, "refused"],
  ] as const)("sent again after %s: refused is %s, %s", async (reason, isRefused, _meaning) => {
    const files = await storedCt(2);
    await send([noteFor(reason, files.slice(0, 1))]);
    const { output } = await send(files.slice(0, 1));
    // 0124H, not authorized: dcmtk knows no name for it at C-STORE
    expect(/Unknown Status: 0x124/.test(output)).toBe(isRefused);
    expect(await rowOf(files[0])).toMatchObject({ hidden_as: reason });
    expect(firstOf((await found("STUDY", files[0]?.studyInstanceUid ?? ""))[0], "00201208")).toBe(1);
  });

  it("that comes before its instance hides it when it comes; others are counted rightly", async () => {
    const [early, late, other] = smallCt({ slices: 3 });
    if (!early || !late || !other) throw new Error("three slices");
    await send([early]);
    await send([noteFor("quality", [late])]);
    await send([late, other]);
    expect(await rowOf(late)).toMatchObject({ hidden_as: "quality" });
    expect(firstOf((await found("STUDY", early.studyInstanceUid))[0], "00201208")).toBe(2);
  });

  it("of two notes the stricter counts, and the same note twice is one", async () => {
    const files = await storedCt(2);
    const quality = noteFor("quality", files.slice(0, 1));
    await send([quality]);
    await send([noteFor("safety", files.slice(0, 1))]);
    await send([quality]);
    expect(await rowOf(files[0])).toMatchObject({ hidden_as: "safety" });
    const { study_id = "" } = (await rowOf(files[0])) ?? {};
    const rejections = await hub.district.db
      .selectFrom("rejection")
      .select("reason")
      .where("study_id", "=", study_id)
      .execute();
    expect(rejections.map(({ reason }) => reason).toSorted()).toEqual(["quality", "safety"]);
  });

  it("of another institution, or about another study, rejects nothing", async () => {
    const files = await storedCt(2);
    const others = await storedCt(2);
    await send([noteFor("safety", files.slice(0, 1))], "CT_CHANGBAI");
    expect(await rowOf(files[0])).toMatchObject({ hidden_as: null });
    await send([rejectionNote("safety", others[0]?.studyInstanceUid ?? "", references(files))]);
    expect(await rowOf(files[0])).toMatchObject({ hidden_as: null });
  });

  it("goes where its study went, and what it rejects does not", async () => {
    const { db } = hub.district;
    const files = await storedCt(3);
    const { study_id = "" } = (await rowOf(files[0])) ?? {};
    const { id } = await db.transaction().execute(
      (tx) =>
        tx
          .insertInto("transfer" as never)
          .values({ study_id, destination: "ELSEWHERE" } as never)
          .returning("id" as never)
          .executeTakeFirstOrThrow() as Promise<{ id: string }>,
    );
    const note = noteFor("quality", files.slice(0, 1));
    await send([note]);
    const transfer = await findTransfer(db, id, "forward");
    if (!transfer) throw new Error("a transfer");
    const unsent = await unsentInstances(db, transfer, 10);
    expect(unsent.map(({ instance }) => instance.sopInstanceUid).toSorted()).toEqual(
      [...files.slice(1).map((file) => file.sopInstanceUid), note.sopInstanceUid].toSorted(),
    );
    const jobs = await db.selectFrom("outbox").select("payload").where("name", "=", "forward-study").execute();
    expect(jobs.map(({ payload }) => payload)).toContainEqual({ transferId: id });
  });
});
