import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { hasOrthanc, type OrthancPeer, startOrthanc } from "../support/orthanc-peer.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { smallCt } from "../support/small-studies.ts";

/** Orthanc's DICOMweb client, which nobody here wrote, against the hub in both directions. */
describe.skipIf(!hasOrthanc)("Orthanc as a DICOMweb client", () => {
  let district: DemoDistrict;
  let redis: OwnRedis;
  let hub: HttpHub;
  let key: string;
  let orthanc: OrthancPeer;

  beforeAll(async () => {
    district = await openDemoDistrict();
    redis = await startOwnRedis();
    hub = await openHttpHub(district, redis.url);
    key = await createKey(district.db, "tech", "orthanc");
    const server = { Url: `${hub.url}/dicom-web/`, HttpHeaders: { Authorization: `Bearer ${key}` } };
    orthanc = await startOrthanc({ servers: { hub: server } });
  });
  afterAll(async () => {
    await orthanc.stop();
    await hub.close();
    await redis.stop();
    await district.close();
  });

  const bytesOf = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { headers });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const ofOrthanc = (path: string) => `http://127.0.0.1:${orthanc.httpPort}${path}`;

  it("stores a study by STOW-RS, bit for bit, and again without harm", async () => {
    const files = smallCt({ slices: 3 });
    let study = "";
    for (const { bytes } of files) {
      const answer = await fetch(ofOrthanc("/instances"), { method: "POST", body: new Uint8Array(bytes) });
      study = ((await answer.json()) as { ParentStudy: string }).ParentStudy;
    }
    for (const _ of ["first", "again"])
      await orthanc.call("POST", "/dicom-web/servers/hub/stow", { Resources: [study], Synchronous: true });
    expect(await district.rowCount("instance")).toBe(files.length);
    const rows = await district.db.selectFrom("instance").select(["sop_instance_uid", "blob_key"]).execute();
    for (const { sop_instance_uid, blob_key } of rows) {
      const sent = files.find(({ sopInstanceUid }) => sopInstanceUid === sop_instance_uid);
      expect(await district.blobs.read(blob_key)).toEqual(Buffer.from(sent?.bytes ?? []));
    }
  });

  it("finds studies by QIDO-RS, Han text whole", async () => {
    const found = await orthanc.call<Record<string, { Name: string; Value: string }>[]>(
      "POST",
      "/dicom-web/servers/hub/qido",
      { Uri: "/studies", Arguments: { "00080060": "CT" } },
    );
    expect(found).toHaveLength(1);
    // of a name Orthanc's own answer has the first component group only
    expect(found[0]).toMatchObject({ "00100010": { Value: "Jin^Shunyu" }, "00081030": { Value: "水模质控" } });
  });

  it("retrieves a study by WADO-RS as it is stored", async () => {
    const files = smallCt({ slices: 2 });
    for (const { bytes } of files) await district.store(YANJI, bytes);
    const studyInstanceUid = files[0]?.studyInstanceUid ?? "";
    await orthanc.call("POST", "/dicom-web/servers/hub/retrieve", {
      Resources: [{ Study: studyInstanceUid }],
      Synchronous: true,
    });
    for (const { sopInstanceUid, bytes } of files) {
      const ids = await orthanc.call<string[]>("POST", "/tools/find", {
        Level: "Instance",
        Query: { SOPInstanceUID: sopInstanceUid },
      });
      expect(await bytesOf(ofOrthanc(`/instances/${ids[0]}/file`))).toEqual(Buffer.from(bytes));
    }
  });

  it("gets nothing with a key that is none", async () => {
    const refused = await startOrthanc({
      servers: { hub: { Url: `${hub.url}/dicom-web/`, HttpHeaders: { Authorization: "Bearer none" } } },
    });
    try {
      await expect(
        refused.call("POST", "/dicom-web/servers/hub/qido", { Uri: "/studies", Arguments: {} }),
      ).rejects.toThrow();
    } finally {
      await refused.stop();
    }
  });
});
