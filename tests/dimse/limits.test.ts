import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openHubPort } from "./hub-port.ts";
import { ASSOCIATE_REQUEST, RawPeer } from "./raw-peer.ts";

const refusal = async (port: number, callingAeTitle: string) => {
  const peer = await RawPeer.connect(port);
  peer.sendPdu({ ...ASSOCIATE_REQUEST, callingAeTitle });
  const answer = await peer.answer();
  peer.close();
  return "pdu" in answer ? answer.pdu : answer;
};

it("an AE title's own number of associations stands instead of the usual one, higher or lower", async () => {
  const most: Readonly<Record<string, number>> = { ONE: 1, THREE: 3 };
  const hub = await openHubPort({
    limits: { associationsPerAeTitle: 2 },
    findApplicationEntity: async (title) => ({ siteId: "site-a", maxAssociations: most[title] ?? null }),
  });
  const busy: RawPeer[] = [];
  for (const [title, count] of [
    ["ONE", 1],
    ["USUAL", 2],
    ["THREE", 3],
  ] as const) {
    for (let n = 0; n < count; n++) busy.push(await RawPeer.associate(hub.port, { callingAeTitle: title }));
    // A-ASSOCIATE-RJ, transient, presentation related: local limit exceeded
    expect(await refusal(hub.port, title)).toEqual({ kind: "associate-rj", result: 2, source: 3, reason: 2 });
  }
  for (const peer of busy) peer.close();
});

it("one address may not keep many connections open on which it asks for nothing", async () => {
  const hub = await openHubPort({ limits: { waitingPerAddress: 2 } });
  const admitted = await RawPeer.associate(hub.port);
  const silent = [await RawPeer.connect(hub.port), await RawPeer.connect(hub.port)];
  // Whoever has been admitted takes no place of those who wait; the third that waits is cut.
  const third = await RawPeer.connect(hub.port);
  expect(await third.answer()).toEqual({ closed: true });
  expect(hub.events.map(({ event }) => event)).toEqual(["association-accepted", "connection-refused"]);
  silent[0]?.close();
  await eventually(async () => {
    const peer = await RawPeer.associate(hub.port, { callingAeTitle: "PEER_B" }).catch(() => undefined);
    peer?.close();
    return peer !== undefined;
  });
  for (const peer of [admitted, third, ...silent]) peer.close();
});

it("a request of the greatest length is read, and one of a byte more is not begun", async () => {
  const hub = await openHubPort();
  const peer = await RawPeer.connect(hub.port);
  // 262144 bytes of body in an unknown item of user information would be the largest; the header alone is refused beyond
  peer.send(Buffer.from([1, 0, 0, 4, 0, 1]));
  expect(await peer.answer()).toEqual({ pdu: { kind: "abort", source: 2, reason: 6 } });
  peer.close();
  const { contexts } = ASSOCIATE_REQUEST;
  // contexts of 37 syntaxes of up to 64 characters: 128 × (8 + 38 × 68) = 332 KB would be too long, 98 are not (254 KB)
  const uid = `1.2.${"3".repeat(60)}`;
  const many = Array.from({ length: 98 }, (_, at) => ({
    id: 5 + 2 * at,
    abstractSyntaxUid: uid,
    transferSyntaxUids: Array<string>(37).fill(uid),
  }));
  const large = await RawPeer.associate(hub.port, { contexts: [...contexts, ...many] });
  large.close();
});

it("an association that is idle between messages is aborted, and its place is free again", async () => {
  const hub = await openHubPort({ timeouts: { idleMs: 150 }, limits: { associations: 1 } });
  const peer = await RawPeer.associate(hub.port);
  expect(await peer.answer()).toEqual({ pdu: { kind: "abort", source: 2, reason: 0 } });
  peer.close();
  await eventually(async () => {
    const next = await RawPeer.associate(hub.port).catch(() => undefined);
    next?.close();
    return next !== undefined;
  });
});
