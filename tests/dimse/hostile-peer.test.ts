import { describe, expect, it } from "vitest";
import { encodeCommand } from "../../core/infra/upper-layer/command-codec.ts";
import { encodePdu } from "../../core/infra/upper-layer/pdu-codec.ts";
import { openHubPort } from "./hub-port.ts";
import {
  ASSOCIATE_REQUEST,
  ECHO_CONTEXT,
  ECHO_REQUEST,
  openFragment,
  RawPeer,
  STORE_CONTEXT,
  storeRequest,
} from "./raw-peer.ts";

const aborted = (reason: number) => ({ pdu: { kind: "abort", source: 2, reason } });
const pduHeader = (type: number, length: number) => {
  const header = Buffer.from([type, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 2);
  return header;
};
const STORE = encodeCommand(storeRequest(1, "2.25.71"));

describe("before the association", () => {
  it.each([
    ["no DICOM at all", Buffer.from("GET / HTTP/1.1\r\n\r\n"), 1],
    ["an associate PDU of 4 GB", pduHeader(1, 0xffffffff), 6],
    ["an associate PDU of 256 KiB and a byte", pduHeader(1, 262_145), 6],
    ["P-DATA", Buffer.concat([pduHeader(4, 10), Buffer.alloc(10)]), 2],
    ["a release", encodePdu({ kind: "release-rq" }), 2],
    ["an associate PDU that is too short", Buffer.concat([pduHeader(1, 20), Buffer.alloc(20)]), 6],
  ])("%s is aborted at once", async (_, bytes, reason) => {
    const hub = await openHubPort();
    const peer = await RawPeer.connect(hub.port);
    peer.send(bytes);
    expect(await peer.answer()).toEqual(aborted(reason));
    peer.close();
  });

  it("a request that drips in is cut off by ARTIM, however often a byte comes", async () => {
    const hub = await openHubPort({ timeouts: { artimMs: 200 } });
    const peer = await RawPeer.connect(hub.port);
    const bytes = encodePdu(ASSOCIATE_REQUEST);
    let sent = 0;
    const drip = setInterval(() => peer.send(bytes.subarray(sent, ++sent)), 10);
    expect(await peer.answer()).toEqual({ closed: true });
    clearInterval(drip);
    // At a byte in 10 ms the whole request of more than 200 would take ten times as long as ARTIM allows.
    expect(sent).toBeLessThan(bytes.length);
    peer.close();
  });
});

describe("within the association", () => {
  it.each<[string, (peer: RawPeer) => void, number]>([
    ["a P-DATA-TF of 4 GB", (peer) => peer.send(pduHeader(4, 0xffffffff)), 6],
    ["a P-DATA-TF a byte over what was announced", (peer) => peer.send(pduHeader(4, 262_145)), 6],
    ["a PDV longer than its PDU", (peer) => peer.send(Buffer.from([4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0])), 6],
    ["an unknown PDU type", (peer) => peer.send(pduHeader(0x99, 4)), 1],
    ["a second association request", (peer) => peer.sendPdu(ASSOCIATE_REQUEST), 2],
    ["a context that was not accepted", (peer) => peer.sendCommand(77, ECHO_REQUEST), 6],
    ["a data set without a command", (peer) => peer.sendDataSet(STORE_CONTEXT, Buffer.alloc(8)), 5],
    ["a command that is no command", (peer) => peer.send(openCommand(Buffer.alloc(9, 0xff), true)), 6],
    ["an endless command", (peer) => peer.send(openFragment(ECHO_CONTEXT, true, Buffer.alloc(65_538))), 6],
    [
      "a command within a data set",
      (peer) => {
        startInstance(peer);
        peer.sendCommand(STORE_CONTEXT, storeRequest(2, "2.25.72"));
      },
      5,
    ],
    [
      "a fragment of another context within a data set",
      (peer) => {
        startInstance(peer);
        peer.sendDataSet(ECHO_CONTEXT, Buffer.alloc(8));
      },
      5,
    ],
    [
      "a release within a data set",
      (peer) => {
        startInstance(peer);
        peer.sendPdu({ kind: "release-rq" });
      },
      2,
    ],
  ])("%s is aborted with its reason, and nothing is stored", async (_, misbehave, reason) => {
    const hub = await openHubPort();
    const peer = await RawPeer.associate(hub.port);
    misbehave(peer);
    expect(await peer.answer()).toEqual(aborted(reason));
    peer.close();
    await expect.poll(() => hub.receiver.instances.every((instance) => instance.state === "aborted")).toBe(true);
  });

  it("a PDU that drips in does not put off the idle time", async () => {
    const hub = await openHubPort({ timeouts: { idleMs: 200 } });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.send(openFragment(STORE_CONTEXT, false, Buffer.alloc(60_000)).subarray(0, 100));
    const drip = setInterval(() => peer.send(Buffer.alloc(1)), 10);
    expect(await peer.answer()).toEqual(aborted(0));
    clearInterval(drip);
    peer.close();
    await expect.poll(() => hub.receiver.instances.map((instance) => instance.state)).toEqual(["aborted"]);
  });

  it("a peer that does not read its answers is cut off", async () => {
    const hub = await openHubPort({ timeouts: { writeStallMs: 200 } });
    const peer = await RawPeer.associate(hub.port);
    peer.socket.pause();
    // Answers of 90 bytes fill the kernel's buffers of both ends (some 6 MB) well before 40 × 5000 are written.
    const echo = Buffer.concat([...framed(encodeCommand(ECHO_REQUEST))]);
    const many = Buffer.concat(Array.from({ length: 5000 }, () => echo));
    for (let round = 0; round < 40; round++) peer.send(many);
    await expect
      .poll(() => hub.events.map((event) => event.event), { timeout: 15_000, interval: 100 })
      .toEqual(["association-accepted", "peer-stopped-reading", "association-lost"]);
    peer.close();
  }, 20_000);

  it("commands that no service knows are answered, not aborted", async () => {
    const hub = await openHubPort();
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(ECHO_CONTEXT, { ...ECHO_REQUEST, commandField: 0x0777 });
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8777, status: 0x0211 } });
    peer.sendCommand(ECHO_CONTEXT, storeRequest(2, "2.25.71"));
    peer.sendDataSet(ECHO_CONTEXT, Buffer.alloc(1000));
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8001, status: 0x0122 } });
    peer.sendCommand(ECHO_CONTEXT, { commandField: 0x0fff, messageIdBeingRespondedTo: 5, commandDataSetType: 0x0101 });
    peer.sendCommand(ECHO_CONTEXT, ECHO_REQUEST);
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8030, status: 0 } });
    peer.close();
  });
});

function startInstance(peer: RawPeer): void {
  peer.send(openCommand(STORE, true));
  peer.send(openFragment(STORE_CONTEXT, false, Buffer.alloc(100)));
}

function openCommand(bytes: Uint8Array, isLast: boolean): Buffer {
  const pdu = openFragment(STORE_CONTEXT, true, bytes);
  pdu.writeUInt8(isLast ? 3 : 1, 11);
  return pdu;
}

function framed(command: Uint8Array): Buffer[] {
  const pdu = openFragment(ECHO_CONTEXT, true, command);
  pdu.writeUInt8(3, 11);
  return [pdu];
}
