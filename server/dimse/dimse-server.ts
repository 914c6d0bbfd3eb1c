import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { InstanceReceiver } from "../../core/ports.ts";
import type { FindApplicationEntity } from "./admit-association.ts";
import { Association, type AssociationTimeouts, type DimseLog } from "./association.ts";
import { type AssociationLimits, AssociationSlots } from "./association-slots.ts";
import { cEchoService } from "./c-echo.ts";
import { cStoreService } from "./c-store.ts";
import type { DimseService } from "./dimse-service.ts";

export interface DimseServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly aeTitle: string;
  readonly findApplicationEntity: FindApplicationEntity;
  readonly receiver: InstanceReceiver;
  /** Beside Verification and Storage. */
  readonly services?: readonly DimseService[];
  readonly limits?: Partial<AssociationLimits>;
  readonly timeouts?: Partial<AssociationTimeouts & { readonly graceMs: number }>;
  readonly log: DimseLog;
}

export interface DimseServer {
  readonly port: number;
  /** Stops listening, lets messages under way come to their end for the time of grace, then cuts what is left. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: AssociationLimits = { associations: 64, associationsPerAeTitle: 16 };
const DEFAULT_TIMEOUTS = { artimMs: 30_000, idleMs: 60_000, writeStallMs: 30_000, graceMs: 10_000 };
const PDU_LIMITS = { maxAssociateLength: 65_536, maxPduLength: 262_144 };
const WINDOW_BYTES = 524_288;

/** The DICOM port of the hub: Verification and Storage SCP over TCP (PS3.8 §9.1). */
export async function startDimseServer(options: DimseServerOptions): Promise<DimseServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const services = [cEchoService, cStoreService(options.receiver), ...(options.services ?? [])];
  const settings = {
    aeTitle: options.aeTitle,
    findApplicationEntity: options.findApplicationEntity,
    slots: new AssociationSlots(limits),
    services: new Map(services.map((service) => [service.commandField, service])),
    pduLimits: PDU_LIMITS,
    windowBytes: WINDOW_BYTES,
    timeouts,
    onReleased: options.receiver.released.bind(options.receiver),
    log: options.log,
  };
  const running = new Map<Association, Promise<void>>();
  let associationId = 0;
  const onConnection = (socket: Socket) => {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    const association = new Association(++associationId, socket, settings);
    running.set(
      association,
      association.run().finally(() => running.delete(association)),
    );
  };
  const server = createServer(onConnection);
  // Connections beyond the limit live long enough to be rejected in DICOM's own words; a flood of them does not.
  server.maxConnections = limits.associations * 2 + 16;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      server.on("error", (error) => options.log({ event: "dimse-listener-failed", error }));
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const association of running.keys()) association.shutDown();
      const cut = setTimeout(() => {
        for (const association of running.keys()) association.destroy();
      }, timeouts.graceMs);
      await Promise.all(running.values());
      clearTimeout(cut);
      await closed;
    },
  };
}
