import { describe, expect, it } from "vitest";
import { openHubPort } from "./hub-port.ts";
import { ASSOCIATE_REQUEST, RawPeer } from "./raw-peer.ts";

describe("an association request", () => {
  it.each([
    ["protocol version 2", { protocolVersion: 2 }, { result: 1, source: 2, reason: 2 }],
    ["another application context", { applicationContextUid: "1.2.3" }, { result: 1, source: 1, reason: 2 }],
    ["another called AE title", { calledAeTitle: "hub" }, { result: 1, source: 1, reason: 7 }],
    ["an unregistered calling AE title", { callingAeTitle: "NOBODY" }, { result: 1, source: 1, reason: 3 }],
    ["no AE title at all", { callingAeTitle: "" }, { result: 1, source: 1, reason: 3 }],
    ["an AE title that is none", { callingAeTitle: "A\\B" }, { result: 1, source: 1, reason: 3 }],
  ])("with %s is rejected with the reason of PS3.8 table 9-21", async (_, change, rejection) => {
    const hub = await openHubPort();
    const peer = await RawPeer.connect(hub.port);
    peer.sendPdu({ ...ASSOCIATE_REQUEST, ...change });
    expect(await peer.answer()).toEqual({ pdu: { kind: "associate-rj", ...rejection } });
    peer.close();
  });

  it("is put off while the registry cannot be asked", async () => {
    const hub = await openHubPort({ findApplicationEntity: () => Promise.reject(new Error("database is away")) });
    const peer = await RawPeer.connect(hub.port);
    peer.sendPdu(ASSOCIATE_REQUEST);
    expect(await peer.answer()).toEqual({ pdu: { kind: "associate-rj", result: 2, source: 3, reason: 1 } });
    peer.close();
  });

  it.each([
    ["in all", { associations: 1, associationsPerAeTitle: 9 }, "PEER_B"],
    ["of one AE title", { associations: 9, associationsPerAeTitle: 1 }, "PEER_A"],
  ])("beyond the limit %s is rejected for now, and accepted once a place is free", async (_, limits, second) => {
    const hub = await openHubPort({ limits });
    const first = await RawPeer.associate(hub.port);
    const refused = await RawPeer.connect(hub.port);
    refused.sendPdu({ ...ASSOCIATE_REQUEST, callingAeTitle: second });
    expect(await refused.answer()).toEqual({ pdu: { kind: "associate-rj", result: 2, source: 3, reason: 2 } });
    refused.close();
    first.sendPdu({ kind: "release-rq" });
    expect(await first.answer()).toEqual({ pdu: { kind: "release-rp" } });
    first.close();
    await expect.poll(() => RawPeer.associate(hub.port, { callingAeTitle: second }).catch(() => null)).not.toBeNull();
  });

  it("does not get the last place twice while the registry is being asked", async () => {
    const { promise: asked, resolve: answerBoth } = Promise.withResolvers<void>();
    let count = 0;
    const findApplicationEntity = async () => {
      if (++count === 2) answerBoth();
      await asked;
      return { siteId: "site-a" };
    };
    const hub = await openHubPort({ findApplicationEntity, limits: { associations: 1 } });
    const peers = await Promise.all([RawPeer.connect(hub.port), RawPeer.connect(hub.port)]);
    for (const [at, peer] of peers.entries()) peer.sendPdu({ ...ASSOCIATE_REQUEST, callingAeTitle: `PEER_${at}` });
    const answers = await Promise.all(peers.map((peer) => peer.answer()));
    const kinds = answers.map((answer) => "pdu" in answer && answer.pdu.kind);
    expect(kinds.toSorted()).toEqual(["associate-ac", "associate-rj"]);
    for (const peer of peers) peer.close();
  });

  it("is answered context by context, with our length and the roles we take", async () => {
    const hub = await openHubPort();
    const peer = await RawPeer.connect(hub.port);
    const ct = "1.2.840.10008.5.1.4.1.1.2";
    const jpegLossless = "1.2.840.10008.1.2.4.70";
    peer.sendPdu({
      ...ASSOCIATE_REQUEST,
      contexts: [
        { id: 1, abstractSyntaxUid: ct, transferSyntaxUids: ["1.2.3", jpegLossless, "1.2.840.10008.1.2"] },
        { id: 3, abstractSyntaxUid: ct, transferSyntaxUids: ["1.2.3"] },
        { id: 5, abstractSyntaxUid: "1.2.3.4", transferSyntaxUids: ["1.2.840.10008.1.2"] },
      ],
      user: {
        ...ASSOCIATE_REQUEST.user,
        roles: [
          { sopClassUid: ct, scu: true, scp: true },
          { sopClassUid: "1.2.3.4", scu: true, scp: false },
        ],
      },
    });
    expect(await peer.answer()).toMatchObject({
      pdu: {
        kind: "associate-ac",
        calledAeTitle: "HUB",
        callingAeTitle: "PEER_A",
        contexts: [
          { id: 1, result: 0, transferSyntaxUid: jpegLossless },
          { id: 3, result: 4 },
          { id: 5, result: 3 },
        ],
        user: { maxPduLength: 262_144, roles: [{ sopClassUid: ct, scu: true, scp: false }] },
      },
    });
    peer.close();
  });
});
