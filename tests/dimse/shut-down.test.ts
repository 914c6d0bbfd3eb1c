import { describe, expect, it } from "vitest";
import { collectingReceiver } from "./collecting-receiver.ts";
import { openHubPort } from "./hub-port.ts";
import { openFragment, RawPeer, STORE_CONTEXT, storeRequest } from "./raw-peer.ts";
import { tinyDataSet } from "./tiny-part10.ts";

describe("closing the DICOM port", () => {
  it("lets a running instance be stored and answered, and aborts who is idle", async () => {
    const { promise: stored, resolve: finishStore } = Promise.withResolvers<void>();
    const receiver = collectingReceiver({ beforeStore: () => stored });
    const hub = await openHubPort({ receiver, timeouts: { graceMs: 5_000 } });
    const idle = await RawPeer.associate(hub.port, { callingAeTitle: "PEER_B" });
    const busy = await RawPeer.associate(hub.port);
    busy.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    busy.sendDataSet(STORE_CONTEXT, tinyDataSet("2.25.71"));
    await expect.poll(() => receiver.instances.length).toBe(1);
    const closed = hub.close();
    expect(await idle.answer()).toEqual({ pdu: { kind: "abort", source: 0, reason: 0 } });
    idle.close();
    await expect(RawPeer.connect(hub.port)).rejects.toThrow("ECONNREFUSED");
    finishStore();
    expect(await busy.answer()).toMatchObject({ command: { status: 0 } });
    expect(await busy.answer()).toEqual({ pdu: { kind: "abort", source: 0, reason: 0 } });
    busy.close();
    await closed;
  });

  it("cuts what is left after the time of grace", async () => {
    const hub = await openHubPort({ timeouts: { graceMs: 150 } });
    const peer = await RawPeer.associate(hub.port);
    peer.sendCommand(STORE_CONTEXT, storeRequest(1, "2.25.71"));
    peer.send(openFragment(STORE_CONTEXT, false, Buffer.alloc(100)));
    await expect.poll(() => hub.receiver.instances.length).toBe(1);
    const started = performance.now();
    await hub.close();
    expect(performance.now() - started).toBeGreaterThan(140);
    expect(hub.receiver.instances.map((instance) => instance.state)).toEqual(["aborted"]);
    expect(await peer.answer()).toEqual({ closed: true });
  });
});
