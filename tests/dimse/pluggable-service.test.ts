import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { DimseService } from "../../server/dimse/dimse-service.ts";
import { openHubPort } from "./hub-port.ts";
import { RawPeer } from "./raw-peer.ts";

const STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1";

describe("a service beside ours", () => {
  it("is negotiated, answers with a data set, and hears C-CANCEL while it runs", async () => {
    const find: DimseService = {
      commandField: 0x0020,
      supports: (abstractSyntaxUid) => abstractSyntaxUid === STUDY_ROOT_FIND,
      async serve(request, association) {
        const identifier: Buffer[] = [];
        for await (const fragment of request.dataSet) identifier.push(Buffer.from(fragment));
        await association.respond(request, { status: 0xff00 }, Buffer.concat(identifier));
        await once(request.signal, "abort");
        await association.respond(request, { status: 0xfe00 });
      },
    };
    const hub = await openHubPort({ services: [find] });
    const peer = await RawPeer.associate(hub.port, {
      contexts: [{ id: 9, abstractSyntaxUid: STUDY_ROOT_FIND, transferSyntaxUids: ["1.2.840.10008.1.2"] }],
      user: { maxPduLength: 64, implementationClassUid: "2.25.7", implementationVersionName: "RAW_PEER", roles: [] },
    });
    const command = { affectedSopClassUid: STUDY_ROOT_FIND, commandField: 0x0020, messageId: 4, commandDataSetType: 0 };
    peer.sendCommand(9, command);
    // 100 bytes back in fragments of 64 − 6 = 58: two of them.
    const identifier = Buffer.from(Array.from({ length: 100 }, (_, at) => at));
    peer.sendDataSet(9, identifier);
    expect(await peer.answer()).toMatchObject({
      command: { commandField: 0x8020, status: 0xff00, commandDataSetType: 0, messageIdBeingRespondedTo: 4 },
    });
    expect(await peer.dataSet()).toEqual(identifier);
    peer.sendCommand(9, { commandField: 0x0fff, messageIdBeingRespondedTo: 4, commandDataSetType: 0x0101 });
    expect(await peer.answer()).toMatchObject({ command: { status: 0xfe00, commandDataSetType: 0x0101 } });
    peer.close();
  });

  it("shares its operation with one of another SOP class", async () => {
    const finding = (sopClassUid: string, status: number): DimseService => ({
      commandField: 0x0020,
      supports: (abstractSyntaxUid) => abstractSyntaxUid === sopClassUid,
      serve: (request, association) => association.respond(request, { status }),
    });
    const worklistFind = "1.2.840.10008.5.1.4.31";
    const hub = await openHubPort({ services: [finding(STUDY_ROOT_FIND, 0x0000), finding(worklistFind, 0xa700)] });
    const peer = await RawPeer.associate(hub.port, {
      contexts: [STUDY_ROOT_FIND, worklistFind].map((abstractSyntaxUid, at) => ({
        id: 1 + 2 * at,
        abstractSyntaxUid,
        transferSyntaxUids: ["1.2.840.10008.1.2"],
      })),
    });
    for (const [contextId, status] of [
      [3, 0xa700],
      [1, 0x0000],
    ] as const) {
      peer.sendCommand(contextId, { commandField: 0x0020, messageId: 4, commandDataSetType: 0x0101 });
      expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8020, status } });
    }
    peer.close();
  });
});
