import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { hasOrthanc, type OrthancPeer, startOrthanc } from "../support/orthanc-peer.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { smallCt } from "../support/small-studies.ts";

const FOREIGN = path.join(SHARED_DATA, "dicom/transfer-syntaxes");
const FILES = [
  "MR_small_expb.dcm",
  "GH538-jpeg1.dcm",
  "CT-JPEGLosslessSV1.dcm",
  "CT0012.not_fragmented_bot_jpeg_ls.80.dcm",
  "CT1_J2KR",
  "D_CLUNIE_CT1_RLE_FRAGS.dcm",
];
const SERVER = "/dicom-web/servers/hub";

describe.skipIf(!hasOrthanc)("Orthanc as DICOMweb client, with a key", () => {
  let district: DemoDistrict;
  let redis: OwnRedis;
  let hub: HttpHub;
  let orthanc: OrthancPeer;
  beforeAll(async () => {
    district = await openDemoDistrict();
    redis = await startOwnRedis();
    hub = await openHttpHub(district, redis.url);
    const withKey = (key: string) => ({
      Url: `${hub.url}/dicom-web/`,
      HttpHeaders: { Authorization: `Bearer ${key}` },
    });
    orthanc = await startOrthanc({
      servers: { hub: withKey(await createKey(district.db, "tech", "orthanc")), strange: withKey("of-nobody") },
    });
  });
  afterAll(async () => {
    await orthanc?.stop();
    await hub?.close();
    await redis?.stop();
    await district?.close();
  });

  /** Puts the files into Orthanc; gives its own name of their study. */
  async function importFiles(files: readonly Uint8Array[]): Promise<string> {
    let study = "";
    for (const bytes of files)
      study = (await orthanc.call<{ ParentStudy: string }>("POST", "/instances", bytes)).ParentStudy;
    return study;
  }

  const stow = (resource: string, server = SERVER) =>
    orthanc.call<{ InstancesCount: string }>("POST", `${server}/stow`, { Resources: [resource], Synchronous: true });

  async function storedAtHub(studyInstanceUid: string): Promise<Buffer[]> {
    const { db, blobs } = district;
    const rows = await db
      .selectFrom("instance")
      .innerJoin("series", "series.id", "instance.series_id")
      .innerJoin("study", "study.id", "series.study_id")
      .select("blob_key")
      .where("study_instance_uid", "=", studyInstanceUid)
      .execute();
    return Promise.all(rows.map((row) => blobs.read(row.blob_key)));
  }

  /** Files of a study that Orthanc holds. */
  async function storedAtOrthanc(studyInstanceUid: string): Promise<Buffer[]> {
    const ids = await orthanc.call<string[]>("POST", "/tools/find", {
      Level: "Instance",
      Query: { StudyInstanceUID: studyInstanceUid },
    });
    return Promise.all(ids.map((id) => orthanc.bytes(`/instances/${id}/file`)));
  }

  describe("stores a study here", () => {
    it("bit for bit, and once however often it sends it", async () => {
      const files = smallCt({ slices: 12, size: 256, patient: DEMO_PEOPLE[0] });
      const study = await importFiles(files.map(({ bytes }) => bytes));
      expect(await stow(study)).toMatchObject({ InstancesCount: "12" });
      expect(await stow(study)).toMatchObject({ InstancesCount: "12" });
      const [{ studyInstanceUid = "" } = {}] = files;
      const stored = await storedAtHub(studyInstanceUid);
      expect(stored.toSorted(byBytes)).toEqual(files.map(({ bytes }) => bytes).toSorted(byBytes));
      const row = await district.db
        .selectFrom("study")
        .select("site_id")
        .where("study_instance_uid", "=", studyInstanceUid)
        .executeTakeFirstOrThrow();
      expect(row.site_id).toBe("yanji");
    });

    it("and is told when the hub holds something else under that name", async () => {
      const [{ bytes, studyInstanceUid } = raise()] = smallCt({ slices: 1 });
      await district.store(YANJI, bytes);
      const changed = Buffer.from(bytes);
      changed.writeUInt16LE(77, changed.length - 2);
      await expect(stow(await importFiles([changed]))).rejects.toThrow(/answered 500/);
      expect(await storedAtHub(studyInstanceUid)).toEqual([bytes]);
    });

    it("not with a key that nobody has", async () => {
      const [{ bytes, studyInstanceUid } = raise()] = smallCt({ slices: 1 });
      await expect(stow(await importFiles([bytes]), "/dicom-web/servers/strange")).rejects.toThrow(/answered 500/);
      expect(await storedAtHub(studyInstanceUid)).toEqual([]);
    });

    it.skipIf(!existsSync(FOREIGN)).each(FILES)("as it was compressed: %s", async (name) => {
      const file = await readFile(path.join(FOREIGN, name));
      const study = await importFiles([file]);
      await stow(study);
      const { MainDicomTags } = await orthanc.call<{ MainDicomTags: { StudyInstanceUID: string } }>(
        "GET",
        `/studies/${study}`,
      );
      expect(await storedAtHub(MainDicomTags.StudyInstanceUID)).toEqual([file]);
    });
  });

  describe("fetches from here", () => {
    const retrieve = (resource: object) =>
      orthanc.call<{ ReceivedInstancesCount: string }>("POST", `${SERVER}/retrieve`, { Resources: [resource] });

    it("a study, a series, an instance, bit for bit", async () => {
      const files = smallCt({ slices: 4, size: 64, patient: DEMO_PEOPLE[0] });
      let outcome = await district.store(YANJI, files[0]?.bytes ?? raise());
      for (const { bytes } of files.slice(1)) outcome = await district.store(YANJI, bytes);
      const { studyInstanceUid: Study, seriesInstanceUid: Series, sopInstanceUid: Instance } = outcome;
      expect(await retrieve({ Study, Series, Instance })).toMatchObject({ ReceivedInstancesCount: "1" });
      expect(await storedAtOrthanc(Study)).toEqual([files[3]?.bytes]);
      for (const resource of [{ Study, Series }, { Study }])
        expect(await retrieve(resource)).toMatchObject({ ReceivedInstancesCount: "4" });
      const stored = await storedAtOrthanc(Study);
      expect(stored.toSorted(byBytes)).toEqual(files.map(({ bytes }) => bytes).toSorted(byBytes));
    });

    it.skipIf(!existsSync(FOREIGN)).each(FILES.map((name) => [name]))(
      "what is compressed as it is: %s",
      async (name) => {
        const file = await readFile(path.join(FOREIGN, name));
        const { studyInstanceUid } = await district.store(YANJI, file);
        for (const id of await orthanc.call<string[]>("GET", "/studies"))
          await orthanc.call("DELETE", `/studies/${id}`);
        await retrieve({ Study: studyInstanceUid });
        expect(await storedAtOrthanc(studyInstanceUid)).toEqual([file]);
      },
    );

    it("nothing of another institution, and the attempt is written down", async () => {
      const [{ bytes } = raise()] = smallCt({ slices: 1 });
      const { studyInstanceUid } = await district.store(CHANGBAI, bytes);
      await expect(retrieve({ Study: studyInstanceUid })).rejects.toThrow(/answered 500/);
      expect(await storedAtOrthanc(studyInstanceUid)).toEqual([]);
      const line = await district.db
        .selectFrom("audit_event")
        .select(["actor", "action"])
        .where("outcome", "=", "refused")
        .orderBy("id", "desc")
        .executeTakeFirstOrThrow();
      expect(line).toEqual({ actor: "tech", action: "study.export" });
    });
  });

  it("searches by a Han name, and reads what is found", async () => {
    const [{ bytes, studyInstanceUid } = raise()] = smallCt({ slices: 1, patient: DEMO_PEOPLE[4] });
    await district.store(YANJI, bytes);
    const [study, ...others] = await orthanc.call<Record<string, { Value: unknown }>[]>("POST", `${SERVER}/qido`, {
      Uri: "/studies",
      Arguments: { PatientName: "欧阳*" },
    });
    expect(others).toEqual([]);
    expect(study?.["0020000D"]?.Value).toBe(studyInstanceUid);
    const [metadata] = await orthanc.call<Record<string, { Value: unknown }>[]>("POST", `${SERVER}/get`, {
      Uri: `/studies/${studyInstanceUid}/metadata`,
    });
    expect(metadata?.["00100010"]?.Value).toEqual([{ Alphabetic: "Ouyang^Minghui", Ideographic: "欧阳^明慧" }]);
    expect(metadata?.["00080080"]?.Value).toEqual(["延吉社区卫生服务中心"]);
  });
});

const byBytes = (a: Buffer, b: Buffer) => a.compare(b);

function raise(): never {
  throw new Error("nothing was made");
}
