import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { bytesOf, STUDY_INSTANCE_UID } from "./collecting-receiver.ts";
import { runDcmtk, withBitPreservingStorescp } from "./dcmtk.ts";
import { openHubPort } from "./hub-port.ts";
import { dataSetOf, SECONDARY_CAPTURE_UID, tinyPart10 } from "./tiny-part10.ts";

const DATA = join(import.meta.dirname, "../../../shared/data/dicom");
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "dimse-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const peer = (port: number, aeTitle = "PEER_A", called = "HUB") => [
  "-aet",
  aeTitle,
  "-aec",
  called,
  "127.0.0.1",
  String(port),
];

describe("dcmtk as the peer", () => {
  it("gets an echo", async () => {
    const hub = await openHubPort();
    expect(await runDcmtk("echoscu", peer(hub.port))).toMatchObject({ code: 0 });
  });

  it("is refused by name when it is not registered, and when it calls someone else", async () => {
    const hub = await openHubPort();
    const unknown = await runDcmtk("echoscu", peer(hub.port, "NOBODY"));
    expect(unknown.code).not.toBe(0);
    expect(unknown.output).toContain("Calling AE Title Not Recognized");
    const elsewhere = await runDcmtk("echoscu", peer(hub.port, "PEER_A", "OTHER"));
    expect(elsewhere.output).toContain("Called AE Title Not Recognized");
    expect(hub.events.map((event) => event.rejection)).toEqual([
      "calling-ae-title-not-recognized",
      "called-ae-title-not-recognized",
    ]);
  });

  it("stores an instance bit for bit, and releases its study", async () => {
    const hub = await openHubPort();
    const file = join(directory, "tiny.dcm");
    writeFileSync(file, tinyPart10("2.25.1.1.1"));
    expect(await runDcmtk("storescu", [...peer(hub.port), file])).toMatchObject({ code: 0 });
    expect(hub.receiver.instances).toHaveLength(1);
    const [instance] = hub.receiver.instances;
    expect(instance).toMatchObject({
      state: "stored",
      source: { siteId: "site-a", via: "dimse", sender: "PEER_A" },
      claim: {
        sopClassUid: SECONDARY_CAPTURE_UID,
        sopInstanceUid: "2.25.1.1.1",
        transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
      },
    });
    expect(instance && bytesOf(instance)).toEqual(dataSetOf(tinyPart10("2.25.1.1.1")));
    expect(hub.receiver.releases).toEqual([{ source: instance?.source, studyInstanceUids: [STUDY_INSTANCE_UID] }]);
  });
});

/** Files that dcmtk 3.6 reads and has a storescu option for, and that option. */
const REAL_FILES = [
  ["ct/sliceincrement/IM-0001-0007-0001.dcm", "-x=", EXPLICIT_VR_LITTLE_ENDIAN],
  ["ct/philips-phantom-5mm/I110", "-x=", EXPLICIT_VR_LITTLE_ENDIAN],
  ["transfer-syntaxes/emri_small.dcm", "-x=", EXPLICIT_VR_LITTLE_ENDIAN],
  ["transfer-syntaxes/MR_small_implicit.dcm", "-xi", "1.2.840.10008.1.2"],
  ["transfer-syntaxes/MR_small_expb.dcm", "-xb", "1.2.840.10008.1.2.2"],
  ["transfer-syntaxes/CT-JPEGLosslessSV1.dcm", "-xs", "1.2.840.10008.1.2.4.70"],
  [
    "transfer-syntaxes/CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
    "-xt",
    "1.2.840.10008.1.2.4.80",
  ],
] as const;

// Real files lie beside the project, not in it; without them the tiny instance above stands for all.
describe.skipIf(!existsSync(DATA))("real files sent by storescu", () => {
  it.each(REAL_FILES)("%s arrives as storescp itself gets it", async (path, proposal, transferSyntaxUid) => {
    const hub = await openHubPort();
    const file = join(DATA, path);
    // storescu may write sequence lengths anew, so the oracle is what dcmtk's own SCP gets from it, not the file.
    const oracle = mkdtempSync(join(directory, "oracle-"));
    const port = await freePort();
    await withBitPreservingStorescp(oracle, port, async () => {
      expect(await runDcmtk("storescu", [proposal, ...peer(port, "PEER_A", "ANY"), file])).toMatchObject({ code: 0 });
    });
    expect(await runDcmtk("storescu", [proposal, ...peer(hub.port), file])).toMatchObject({ code: 0 });
    const [instance] = hub.receiver.instances;
    expect(instance?.state).toBe("stored");
    expect(instance?.claim.transferSyntaxUid).toBe(transferSyntaxUid);
    const [name = ""] = readdirSync(oracle);
    const expected = dataSetOf(readFileSync(join(oracle, name)));
    expect(expected.length).toBeGreaterThan(1000);
    expect(instance && bytesOf(instance).equals(expected)).toBe(true);
  });

  it("sends a series in one association", async () => {
    const hub = await openHubPort();
    const series = join(DATA, "ct/sliceincrement");
    expect(await runDcmtk("storescu", [...peer(hub.port), "+sd", series])).toMatchObject({ code: 0 });
    const count = readdirSync(series).length;
    expect(hub.receiver.instances.map((instance) => instance.state)).toEqual(Array(count).fill("stored"));
    expect(hub.receiver.releases).toHaveLength(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
