import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { partIdentity } from "../../server/dicomweb/part-identity.ts";
import { type ArchivePort, openArchivePort } from "../dimse/archive-port.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { ECHO_CONTEXT, ECHO_REQUEST, RawPeer } from "../dimse/raw-peer.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { type DicomwebHub, startDicomwebHub, store } from "./dicomweb-hub.ts";

/** "stored", or the code of STOW's answer; an identifier's keyword after a colon. */
type StowAnswer = "stored" | ErrorCode | `${ErrorCode}: ${string}`;
/** "stored", the status of C-STORE, or a presentation context that is not taken. */
type StoreStatus = "stored" | "no context" | 0xc000 | 0x0111;

interface Expected {
  readonly stow: StowAnswer;
  readonly cStore: StoreStatus;
  /** dcmtk's storescu reads it too, and writes it anew. */
  readonly byStorescu?: true;
}

const STORED: Expected = { stow: "stored", cStore: "stored" };
const UNREADABLE: Expected = { stow: "dicom-unreadable", cStore: 0xc000 };
const NO_STUDY: Expected = { stow: "dicom-identifier-missing: StudyInstanceUID", cStore: 0xc000 };

/** What each file is, and what becomes of it. The order matters where two files have one SOP Instance UID. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  // odd, but whole: kept as it is
  "1403-OB.dcm": { ...STORED, byStorescu: true },
  "2017-06-27-XSSInjection.dcm": STORED,
  "2026-05-26-oob-monochrome-46341.dcm": { ...STORED, byStorescu: true },
  "GH178.dcm": { ...STORED, byStorescu: true },
  "GH184.dcm": STORED,
  "Issue154-d1.dcm": { ...STORED, byStorescu: true },
  "Issue154-d2.dcm": { ...STORED, byStorescu: true },
  "LenaTwiceWithFragments.dcm": STORED,
  "MultiframeWindowing.dcm": { ...STORED, byStorescu: true },
  "badVR.dcm": { ...STORED, byStorescu: true },
  "explicit_VR-UN.dcm": STORED,
  "reportsi_with_empty_number_tags.dcm": { ...STORED, byStorescu: true },
  // other bytes under the SOP Instance UID of GH178
  "GH179A.dcm": { stow: "instance-differs", cStore: 0x0111 },
  // 100 000 sequences within one another
  "2026-05-06-Deeply-Nested-Sequence.dcm": UNREADABLE,
  // says Big Endian, and is not
  "GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm": UNREADABLE,
  "MR_truncated.dcm": { stow: "dicom-truncated", cStore: 0xc000 },
  // fragments of data sets, made for parsers
  "GH223.dcm": NO_STUDY,
  "Issue196.dcm": NO_STUDY,
  "UN_sequence.dcm": NO_STUDY,
  "nested_priv_SQ.dcm": NO_STUDY,
  "no_meta_group_length.dcm": NO_STUDY,
  "GH220.dcm": { stow: "dicom-identifier-missing: StudyInstanceUID", cStore: "no context" },
  "Issue195.dcm": { stow: "dicom-identifier-missing: SOPClassUID", cStore: "no context" },
  // private SOP classes
  "Issue1097_FailToOpenDeflatedFileWithSQ.dcm": { stow: "sop-class-unsupported", cStore: "no context" },
  "UnknownSopClassUid.dcm": { stow: "sop-class-unsupported", cStore: "no context" },
  // a C-STORE carries no File Meta Information: what a file lacks of it is not missed
  "ExplVR_LitEndNoMeta.dcm": { stow: "dicom-unreadable", cStore: "stored" },
  // neither, and a stray byte before the first element
  "no_meta.dcm": UNREADABLE,
};

const FOLDER = path.join(SHARED_DATA, "dicom/malformed");
const names = Object.keys(EXPECTED);
const fileOf = (name: string) => readFileSync(path.join(FOLDER, name));

// skipped on a plain clone: the files are not part of the project
describe.skipIf(!existsSync(FOLDER))("real malformed files", () => {
  it("are all in the table", () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(names.toSorted());
  });

  describe("by STOW-RS", () => {
    let hub: DicomwebHub;
    let stored = 0;
    beforeAll(async () => {
      hub = await startDicomwebHub();
    });
    afterAll(() => hub.close());

    it.each(names)("%s", async (name) => {
      const file = fileOf(name);
      const answer = await store(hub, [file]);
      const expected = EXPECTED[name]?.stow;
      const attribute = answer.json["00081198"]?.Value?.[0]?.["00091003"]?.Value?.[0];
      const said = answer.failed[0] === undefined ? "stored" : [answer.failed[0], attribute].filter(Boolean).join(": ");
      expect(said).toBe(expected);
      expect(answer.status).toBe(expected === "stored" ? 200 : 409);
      if (expected === "stored") {
        stored += 1;
        const url = String(answer.json["00081199"]?.Value?.[0]?.["00081190"]?.Value?.[0]);
        const given = await fetch(url, { headers: { accept: "application/dicom; transfer-syntax=*" } });
        expect(Buffer.from(await given.arrayBuffer()).equals(file)).toBe(true);
        await expectTellable(url);
      }
      expect(await hub.keptFiles()).toEqual({ blobs: stored, unfinished: 0 });
      expect(await countOf(hub, "instance")).toBe(stored);
    });

    /** Metadata and pictures are given or refused in plain words; none of it is a fault of the hub's. */
    async function expectTellable(url: string): Promise<void> {
      const metadata = await fetch(`${url}/metadata`);
      expect([metadata.status, (await metadata.json()) as unknown]).toMatchObject([200, [{ "00083002": {} }]]);
      const frame = await fetch(`${url}/frames/1`, {
        headers: { accept: "multipart/related; type=*/*; transfer-syntax=*" },
      });
      expect(frame.status).toBeLessThan(500);
      await frame.arrayBuffer();
      const rendered = await fetch(`${url}/rendered`);
      expect(rendered.status).toBeLessThan(500);
      await rendered.arrayBuffer();
    }
  });

  describe("by C-STORE", () => {
    let port: ArchivePort;
    let stored = 0;
    beforeAll(async () => {
      port = await openArchivePort();
    });
    afterAll(() => port.close());

    it.each(names)("%s", async (name) => {
      const expected = EXPECTED[name]?.cStore;
      expect(await cStore(port, fileOf(name))).toBe(expected);
      if (expected === "stored") stored += 1;
      expect(await port.district.rowCount("instance")).toBe(stored);
      const { blobs, incoming } = await port.district.files();
      expect([blobs.length, incoming]).toEqual([stored, []]);
    });
  });

  describe("by storescu", () => {
    let port: ArchivePort;
    beforeAll(async () => {
      port = await openArchivePort();
    });
    afterAll(() => port.close());

    it.each(names.filter((name) => EXPECTED[name]?.byStorescu))("%s", async (name) => {
      const before = await port.district.rowCount("instance");
      const args = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(port.server.port), path.join(FOLDER, name)];
      expect(await runDcmtk("storescu", args)).toMatchObject({ code: 0 });
      expect(await port.district.rowCount("instance")).toBe(before + 1);
    });
  });
});

async function countOf(hub: DicomwebHub, table: "instance"): Promise<number> {
  const { count } = await hub.db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Sends what C-STORE would carry of the file, and hears that the hub still answers. */
async function cStore(port: ArchivePort, file: Buffer): Promise<StoreStatus | number> {
  const end = file.toString("latin1", 128, 132) === "DICM" ? metaEnd(file) : null;
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = claimOf(file, end);
  const peer = await RawPeer.associate(port.server.port, {
    callingAeTitle: "CT_YANJI",
    contexts: [
      { id: ECHO_CONTEXT, abstractSyntaxUid: "1.2.840.10008.1.1", transferSyntaxUids: ["1.2.840.10008.1.2"] },
      { id: 3, abstractSyntaxUid: sopClassUid, transferSyntaxUids: [transferSyntaxUid] },
    ],
  });
  try {
    peer.sendCommand(3, {
      affectedSopClassUid: sopClassUid,
      commandField: 0x0001,
      messageId: 1,
      priority: 0,
      commandDataSetType: 0,
      affectedSopInstanceUid: sopInstanceUid,
    });
    peer.sendDataSet(3, file.subarray(end ?? 0));
    const answer = await peer.answer();
    if ("pdu" in answer && answer.pdu.kind === "abort") return "no context"; // sent on one that was refused
    if (!("command" in answer) || answer.command.status === undefined) throw new Error(JSON.stringify(answer));
    peer.sendCommand(ECHO_CONTEXT, ECHO_REQUEST);
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8030, status: 0 } });
    return answer.command.status === 0 ? "stored" : answer.command.status;
  } finally {
    peer.close();
  }
}

/** As a device that has the file would say it: of the data set where it can be read, else of the meta group. */
function claimOf(file: Buffer, end: number | null) {
  const meta = end === null ? withoutMeta(file) : metaOf(file, end);
  const own = partIdentity(file);
  return {
    sopClassUid: own.sopClassUid ?? meta.sopClassUid,
    sopInstanceUid: own.sopInstanceUid ?? meta.sopInstanceUid,
    transferSyntaxUid: meta.transferSyntaxUid,
  };
}

function withoutMeta(file: Buffer) {
  const uidAt = (tag: readonly number[]) => {
    const at = file.indexOf(Buffer.from([...tag, 0x55, 0x49]));
    return file.toString("latin1", at + 8, at + 8 + file.readUInt16LE(at + 6)).replace(/[\0 ]+$/, "");
  };
  return {
    sopClassUid: uidAt([0x08, 0, 0x16, 0]),
    sopInstanceUid: uidAt([0x08, 0, 0x18, 0]),
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
  };
}

/** Group 0002 is Explicit VR Little Endian; the three that are wanted have a length of 16 bits. */
function metaOf(file: Buffer, end: number) {
  const valueOfElement = (element: number, missing: string) => {
    const at = file.subarray(0, end).indexOf(Buffer.from([0x02, 0, element, 0, 0x55, 0x49]));
    const value = at < 0 ? "" : file.toString("latin1", at + 8, at + 8 + file.readUInt16LE(at + 6));
    return value.replace(/[\0 ]+$/, "") || missing;
  };
  return {
    sopClassUid: valueOfElement(0x02, "1.2.840.10008.5.1.4.1.1.2"),
    sopInstanceUid: valueOfElement(0x03, "2.25.1"),
    transferSyntaxUid: valueOfElement(0x10, EXPLICIT_VR_LITTLE_ENDIAN),
  };
}
