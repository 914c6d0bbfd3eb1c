import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { DomainError } from "../../core/errors.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { CHANGBAI, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { hasOrthanc, type OrthancPeer, startOrthanc } from "../support/orthanc-peer.ts";
import { dataSetOf, smallCt, smallEcg } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { collectingReceiver } from "./collecting-receiver.ts";
import { runDcmtk, withBitPreservingStorescp } from "./dcmtk.ts";

const SLICES = 4;
const byBytes = (a: Buffer, b: Buffer) => a.compare(b);

let hub: ArchivePort;
let port: number;
let study: { readonly uid: string; readonly dataSets: readonly Buffer[] };
let foreignUid: string;

beforeAll(async () => {
  hub = await openArchivePort();
  port = await freePort();
  const files = smallCt({ slices: SLICES }).map(({ bytes }) => bytes);
  let uid = "";
  for (const bytes of files) uid = (await hub.district.store(YANJI, bytes)).studyInstanceUid;
  study = { uid, dataSets: files.map(dataSetOf) };
  foreignUid = (await hub.district.store(CHANGBAI, smallEcg().bytes)).studyInstanceUid;
  await register("WORKSTATION", "yanji", port);
  await register("WORKSTATION_B", "changbai", port);
  await register("NOWHERE", "yanji", await freePort());
});
afterAll(() => hub.close());

const register = (title: string, siteId: string, at: number) =>
  hub.district.db
    .insertInto("application_entity")
    .values({ title, site_id: siteId, host: "127.0.0.1", port: at })
    .execute();

/** movescu by CT_YANJI: what it says of the end. */
const move = (destination: string, studyInstanceUid: string, ...more: readonly string[]) => {
  const peer = ["-v", "-aet", "CT_YANJI", "-aec", "HUB", "-aem", destination, "-S"];
  const keys = ["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${studyInstanceUid}`].flatMap((key) => ["-k", key]);
  return runDcmtk("movescu", [...peer, ...keys, ...more, "127.0.0.1", String(hub.server.port)]);
};

/** What a storescp of dcmtk has at its end. */
async function received(destination: string, studyInstanceUid: string) {
  const folder = mkdtempSync(join(tmpdir(), "movescu-"));
  try {
    let output = "";
    await withBitPreservingStorescp(folder, port, async () => {
      output = (await move(destination, studyInstanceUid)).output;
    });
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    return { output, dataSets: files.map((file) => file.subarray(metaEnd(file) ?? 0)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("movescu", () => {
  it("moves a study to a registered AE title bit for bit", async () => {
    const { output, dataSets } = await received("WORKSTATION", study.uid);
    expect(output).toMatch(/Move Response \d+ \(Success\)|Success/);
    expect(dataSets.toSorted(byBytes)).toEqual(study.dataSets.toSorted(byBytes));
  });

  it("is told that a destination is not registered", async () => {
    expect((await move("STRANGER", study.uid)).output).toMatch(
      /0xa801|MoveDestinationUnknown|Move Destination unknown/i,
    );
  });

  it("moves nothing to where the study may not be seen, nor what the caller may not see", async () => {
    expect((await received("WORKSTATION_B", study.uid)).dataSets).toEqual([]);
    expect((await received("WORKSTATION", foreignUid)).dataSets).toEqual([]);
  });

  it("goes on when the destination refuses one instance after the other", async () => {
    let refusals = 0;
    const receiver = collectingReceiver({
      beforeStore: async () => {
        refusals += 1;
        if (refusals <= 3) throw new DomainError("sop-class-mismatch");
      },
    });
    const fussy = await startDimseServer({
      port: 0,
      host: "127.0.0.1",
      aeTitle: "FUSSY",
      findApplicationEntity: async () => ({
        siteId: "-",
        certificateSha256: null,
        tlsOnly: false,
        maxAssociations: null,
      }),
      receiver,
      log: () => undefined,
    });
    await register("FUSSY", "yanji", fussy.port);
    await move("FUSSY", study.uid);
    expect(refusals).toBe(SLICES); // three were refused, and the fourth was sent all the same
    await fussy.close();
  });

  it("says that nothing could be sent when nobody listens, and what it was", async () => {
    const { output } = await move("NOWHERE", study.uid, "-d");
    expect(output).toMatch(/0xa702|OutOfResources|Unable to perform/i);
    expect(hub.events.filter(({ event }) => event === "sub-operation-failed").at(-1)).toMatchObject({
      error: { failure: "unreachable" },
    });
  });
});

// Orthanc is brought by the tests' set-up where apt-get can; elsewhere nobody plays this part
describe.skipIf(!hasOrthanc)("Orthanc", () => {
  let orthanc: OrthancPeer;
  beforeAll(async () => {
    orthanc = await startOrthanc({ modalities: { hub: ["HUB", "127.0.0.1", hub.server.port] } });
    await register("ORTHANC", "yanji", orthanc.dicomPort);
  });
  afterAll(() => orthanc?.stop());

  it("answers to its echo, finds and moves a study to itself, and stores it back", async () => {
    await orthanc.call("POST", "/modalities/hub/echo", {});
    const query = await orthanc.call<{ ID: string }>("POST", "/modalities/hub/query", {
      Level: "Study",
      Query: { StudyInstanceUID: study.uid },
    });
    expect(await orthanc.call<string[]>("GET", `/queries/${query.ID}/answers`)).toHaveLength(1);
    await orthanc.call("POST", `/queries/${query.ID}/retrieve`, "ORTHANC");
    const instances = await eventually(async () => {
      const all = await orthanc.call<string[]>("GET", "/instances");
      return all.length === SLICES && all;
    });
    // the same bytes come back: a success that stores nothing twice
    const before = await hub.district.rowCount("instance");
    await orthanc.call("POST", "/modalities/hub/store", instances);
    expect(await hub.district.rowCount("instance")).toBe(before);
  });

  it("sends what is new to us", async () => {
    const ecg = smallEcg();
    const answer = await fetch(`http://127.0.0.1:${orthanc.httpPort}/instances`, {
      method: "POST",
      body: new Uint8Array(ecg.bytes),
    });
    const { ID } = (await answer.json()) as { ID: string };
    await orthanc.call("POST", "/modalities/hub/store", ID);
    const row = await hub.district.db
      .selectFrom("instance")
      .select("received_from")
      .where("sop_instance_uid", "=", ecg.sopInstanceUid)
      .executeTakeFirst();
    expect(row).toEqual({ received_from: "ORTHANC" });
  });
});
