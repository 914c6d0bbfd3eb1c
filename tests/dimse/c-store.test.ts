import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DomainError, type ErrorCode } from "../../core/errors.ts";
import { bytesOf, collectingReceiver, STUDY_INSTANCE_UID } from "./collecting-receiver.ts";
import { openHubPort } from "./hub-port.ts";
import { ECHO_CONTEXT, ECHO_REQUEST, openFragment, RawPeer, STORE_CONTEXT, storeRequest } from "./raw-peer.ts";
import { dataSetOf, tinyDataSet } from "./tiny-part10.ts";

const SERIES = join(import.meta.dirname, "../../../shared/data/dicom/ct/sliceincrement");

/** A promise to be opened by hand. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("C-STORE", () => {
  it("says Success only when the receiver has stored, and serves the next request after that", async () => {
    const stored = gate();
    const receiver = collectingReceiver({ beforeStore: () => stored.promise });
    const hub = await openHubPort({ receiver });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(7, "2.25.71"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    peer.sendCommand(STORE_CONTEXT, storeRequest(8, "2.25.72"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.72"));
    peer.sendCommand(ECHO_CONTEXT, { ...ECHO_REQUEST, messageId: 9 });
    peer.sendPdu({ kind: "release-rq" });
    const first = peer.answer();
    expect(await Promise.race([first, pause(100).then(() => "silence")])).toBe("silence");
    expect(receiver.instances).toHaveLength(1);
    stored.open();
    const answers = [await first, await peer.answer(), await peer.answer(), await peer.answer()];
    expect(answers).toMatchObject([
      { command: { commandField: 0x8001, messageIdBeingRespondedTo: 7, status: 0, affectedSopInstanceUid: "2.25.71" } },
      { command: { commandField: 0x8001, messageIdBeingRespondedTo: 8, status: 0, affectedSopInstanceUid: "2.25.72" } },
      { command: { commandField: 0x8030, messageIdBeingRespondedTo: 9, status: 0, commandDataSetType: 0x0101 } },
      { pdu: { kind: "release-rp" } },
    ]);
    expect(receiver.instances.map(bytesOf)).toEqual([tinyDataSet("2.25.71"), tinyDataSet("2.25.72")]);
    peer.close();
    // Both instances are of one study: it is told once.
    await expect.poll(() => receiver.releases).toMatchObject([{ studyInstanceUids: [STUDY_INSTANCE_UID] }]);
  });

  it.each<[ErrorCode | "bug", number]>([
    ["storage-full", 0xa700],
    ["storage-failed", 0xa700],
    ["sop-class-mismatch", 0xa900],
    ["dicom-unreadable", 0xc000],
    ["dicom-truncated", 0xc000],
    ["instance-differs", 0x0111],
    ["study-of-another-site", 0x0124],
    ["bug", 0x0110],
  ])("answers %s with its status, and the association goes on", async (code, status) => {
    const beforeStore = () =>
      Promise.reject(code === "bug" ? new Error("Zhang^San at /srv/data") : new DomainError(code));
    const hub = await openHubPort({ receiver: collectingReceiver({ beforeStore }) });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    const answer = await peer.answer();
    expect(answer).toMatchObject({ command: { commandField: 0x8001, status, affectedSopInstanceUid: "2.25.71" } });
    expect(JSON.stringify(answer)).not.toMatch(/Zhang|srv/);
    peer.sendCommand(ECHO_CONTEXT, ECHO_REQUEST);
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8030, status: 0 } });
    peer.close();
  });

  it("takes the rest of a data set whose write failed, and answers then", async () => {
    const beforeWrite = () => Promise.reject(new DomainError("storage-full"));
    const receiver = collectingReceiver({ beforeWrite });
    const hub = await openHubPort({ receiver });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    // 4 MiB is eight times the window: it would stick there if it were not dropped.
    peer.sendDataSet(STORE_CONTEXT, Buffer.alloc(4 * 1024 * 1024));
    expect(await peer.answer()).toMatchObject({
      command: { status: 0xa700, errorComment: "Storage is full, send again later" },
    });
    expect(receiver.instances.map((instance) => instance.state)).toEqual(["aborted"]);
    peer.close();
  });

  it("does not read on while the receiver has not written", async () => {
    const written = gate();
    const receiver = collectingReceiver({ beforeWrite: () => written.promise });
    const hub = await openHubPort({ receiver });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    const dataSet = Buffer.alloc(64 * 1024 * 1024, 5);
    peer.sendDataSet(STORE_CONTEXT, dataSet, 131_072);
    await pause(300);
    // The kernel holds about 10 MB for both ends on loopback, the window 0.5 MB: of 64 MB more than half is left here.
    expect(peer.socket.writableLength).toBeGreaterThan(32 * 1024 * 1024);
    expect(receiver.instances[0]?.chunks).toHaveLength(0);
    written.open();
    expect(await peer.answer()).toMatchObject({ command: { status: 0 } });
    expect(receiver.instances[0] && bytesOf(receiver.instances[0]).equals(dataSet)).toBe(true);
    peer.close();
  });

  it("answers a release only after the store that is under way", async () => {
    const receiver = collectingReceiver({ beforeStore: () => pause(100) });
    const hub = await openHubPort({ receiver });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    peer.sendPdu({ kind: "release-rq" });
    expect(await peer.answer()).toMatchObject({ command: { status: 0 } });
    expect(await peer.answer()).toEqual({ pdu: { kind: "release-rp" } });
    peer.close();
  });

  it("holds neither a slow store nor a long association against its peer", async () => {
    const receiver = collectingReceiver({ beforeStore: () => pause(400) });
    const hub = await openHubPort({ receiver, timeouts: { artimMs: 150, idleMs: 200 } });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    expect(await peer.answer()).toMatchObject({ command: { status: 0 } });
    // A fragment each 50 ms for 500 ms: more than the idle time in all, never in one piece.
    peer.sendCommand(STORE_CONTEXT, storeRequest(2, "2.25.72"));
    for (let count = 0; count < 10; count++) {
      peer.send(openFragment(STORE_CONTEXT, false, Buffer.alloc(10)));
      await pause(50);
    }
    peer.sendDataSet(STORE_CONTEXT, Buffer.alloc(10));
    expect(await peer.answer()).toMatchObject({ command: { status: 0, messageIdBeingRespondedTo: 2 } });
    peer.close();
  });

  it("keeps two associations apart that send at the same time", async () => {
    const hub = await openHubPort();
    const peers = await Promise.all(
      ["PEER_A", "PEER_B"].map((callingAeTitle) => RawPeer.associate(hub.port, { callingAeTitle })),
    );
    const dataSets = [Buffer.alloc(300_000, 0xaa), Buffer.alloc(300_000, 0xbb)];
    for (const [at, peer] of peers.entries()) peer.sendCommand(STORE_CONTEXT, storeRequest(1, `2.25.8${at}`));
    // 300000 bytes in fragments of 1000: each association's go out in turn.
    for (let from = 0; from < 300_000; from += 1000) {
      for (const [at, peer] of peers.entries()) {
        const part = (dataSets[at] as Buffer).subarray(from, from + 1000);
        if (from + 1000 < 300_000) peer.send(openFragment(STORE_CONTEXT, false, part));
        else peer.sendDataSet(STORE_CONTEXT, part);
      }
      if (from % 20_000 === 0) await pause(1);
    }
    for (const peer of peers) {
      expect(await peer.answer()).toMatchObject({ command: { status: 0 } });
      peer.close();
    }
    const bySender = hub.receiver.instances.toSorted((a, b) => a.source.sender.localeCompare(b.source.sender));
    expect(bySender.map((instance) => instance.source.siteId)).toEqual(["site-a", "site-b"]);
    expect(bySender.map((instance, at) => bytesOf(instance).equals(dataSets[at] as Buffer))).toEqual([true, true]);
  });

  it("drops an instance whose sender aborts, loses the connection or goes silent in the middle of it", async () => {
    const hub = await openHubPort({ timeouts: { idleMs: 150 } });
    for (const end of ["abort", "loss", "silence"]) {
      const peer = await RawPeer.associate(hub.port);
      peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
      peer.send(openFragment(STORE_CONTEXT, false, tinyDataSet("2.25.71")));
      const count = hub.receiver.instances.length + 1;
      await expect.poll(() => hub.receiver.instances.length).toBe(count);
      if (end === "abort") peer.sendPdu({ kind: "abort", source: 0, reason: 0 });
      if (end === "loss") peer.close();
      if (end === "silence") expect(await peer.answer()).toEqual({ pdu: { kind: "abort", source: 2, reason: 0 } });
      await expect.poll(() => hub.receiver.instances.at(-1)?.state).toBe("aborted");
      peer.close();
    }
    expect(hub.receiver.instances.map((instance) => instance.state)).toEqual(["aborted", "aborted", "aborted"]);
    expect(hub.receiver.releases).toEqual([]);
    expect(hub.events.filter((event) => /aborted|lost/.test(event.event))).toMatchObject([
      { event: "association-aborted", by: "peer" },
      { event: "association-lost" },
      { event: "association-aborted", by: "hub", reason: "idle" },
    ]);
  });

  it("keeps what was stored before an abort, and leaves its study to the quiet time", async () => {
    const hub = await openHubPort();
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    expect(await peer.answer()).toMatchObject({ command: { status: 0 } });
    peer.sendPdu({ kind: "abort", source: 0, reason: 0 });
    expect(await peer.answer()).toEqual({ closed: true });
    expect(hub.receiver.instances.map((instance) => instance.state)).toEqual(["stored"]);
    expect(hub.receiver.releases).toEqual([]);
  });

  it.each([
    ["no SOP Instance UID", { affectedSopInstanceUid: "" }, 0xc000],
    ["a SOP Instance UID that is none", { affectedSopInstanceUid: "../etc/1" }, 0xc000],
    ["the SOP class of another context", { affectedSopClassUid: "1.2.840.10008.5.1.4.1.1.2" }, 0x0122],
  ])("refuses %s before anything is received", async (_, change, status) => {
    const hub = await openHubPort();
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, { ...storeRequest(1, "2.25.71"), ...change });
    peer.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    expect(await peer.answer()).toMatchObject({ command: { status } });
    expect(hub.receiver.instances).toEqual([]);
    peer.close();
  });

  // Real files lie beside the project, not in it; the tiny instances above stand for them on a plain clone.
  it.skipIf(!existsSync(SERIES))("keeps the data sets of a real series bit for bit", async () => {
    const hub = await openHubPort();
    const ct = "1.2.840.10008.5.1.4.1.1.2";
    const peer = await RawPeer.associate(hub.port, {
      contexts: [{ id: STORE_CONTEXT, abstractSyntaxUid: ct, transferSyntaxUids: ["1.2.840.10008.1.2.1"] }],
    });
    const dataSets = readdirSync(SERIES).map((name) => dataSetOf(readFileSync(join(SERIES, name))));
    for (const [at, dataSet] of dataSets.entries()) {
      peer.sendCommand(STORE_CONTEXT, { ...storeRequest(at + 1, `2.25.9${at}`), affectedSopClassUid: ct });
      // A length that fits neither the chunks of the socket nor the size of the data set.
      peer.sendDataSet(STORE_CONTEXT, dataSet, 10_008);
      expect(await peer.answer()).toMatchObject({ command: { status: 0, messageIdBeingRespondedTo: at + 1 } });
    }
    expect(hub.receiver.instances.map((instance, at) => bytesOf(instance).equals(dataSets[at] as Buffer))).toEqual(
      dataSets.map(() => true),
    );
    peer.close();
  });
});
