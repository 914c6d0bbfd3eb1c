import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { RejectedAssociation } from "../../core/infra/postgres/note-rejected-association.ts";
import type { InstanceReceiver } from "../../core/ports.ts";
import type { FindApplicationEntity } from "./admit-association.ts";
import { Association, type AssociationTimeouts, type Connection, type DimseLog } from "./association.ts";
import { type AssociationLimits, AssociationSlots } from "./association-slots.ts";
import { cEchoService } from "./c-echo.ts";
import { cStoreService } from "./c-store.ts";
import type { DimseService } from "./dimse-service.ts";
import { TLS_CIPHERS, tlsPeerOf } from "./tls-peer.ts";
import { WaitingConnections } from "./waiting-connections.ts";

/** PEM. The certificates of peers are of this CA. */
export interface DimseTls {
  readonly port: number;
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

export interface DimseServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly aeTitle: string;
  readonly findApplicationEntity: FindApplicationEntity;
  readonly receiver: InstanceReceiver;
  /** A second port, with certificates on both sides. */
  readonly tls?: DimseTls | undefined;
  /** Beside Verification and Storage. */
  readonly services?: readonly DimseService[];
  readonly limits?: Partial<AssociationLimits>;
  readonly timeouts?: Partial<AssociationTimeouts & { readonly graceMs: number }>;
  /** Hears of each peer that is turned away, for the audit. */
  readonly onRejected?: (rejected: RejectedAssociation) => void;
  readonly log: DimseLog;
}

export interface DimseServer {
  readonly port: number;
  readonly tlsPort: number | null;
  /** Stops listening, lets messages under way come to their end for the time of grace, then cuts what is left. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: AssociationLimits = { associations: 64, associationsPerAeTitle: 16, waitingPerAddress: 16 };
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
const DEFAULT_TIMEOUTS = { artimMs: 30_000, idleMs: 60_000, writeStallMs: 30_000, responseMs: 60_000, graceMs: 10_000 };
/** 128 presentation contexts, as many as there can be, with every transfer syntax in each are 130 KiB. */
const PDU_LIMITS = { maxAssociateLength: 262_144, maxPduLength: 262_144 };
const WINDOW_BYTES = 524_288;

/** The DICOM ports of the hub: Verification, Storage and what `services` bring, over TCP (PS3.8 §9.1) and TLS. */
export async function startDimseServer(options: DimseServerOptions): Promise<DimseServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const services = [cEchoService, cStoreService(options.receiver), ...(options.services ?? [])];
  const settings = {
    aeTitle: options.aeTitle,
    findApplicationEntity: options.findApplicationEntity,
    slots: new AssociationSlots(limits),
    services,
    pduLimits: PDU_LIMITS,
    windowBytes: WINDOW_BYTES,
    timeouts,
    onReleased: options.receiver.released.bind(options.receiver),
    onRejected: options.onRejected ?? (() => undefined),
    log: options.log,
  };
  const running = new Map<Association, Promise<void>>();
  const waiting = new WaitingConnections(limits.waitingPerAddress);
  let associationId = 0;
  const associate = (socket: Socket, connection: Connection) => {
    const association = new Association(++associationId, socket, connection, settings);
    running.set(
      association,
      association.run().finally(() => running.delete(association)),
    );
  };
  /** Before TLS has said a word: who has too many connections open without a request on them gets no further one. */
  const takePlace = (socket: Socket): (() => void) | null => {
    const onAdmitted = waiting.take(socket);
    if (onAdmitted) return onAdmitted;
    options.log({ event: "connection-refused", remoteAddress: socket.remoteAddress });
    socket.destroy();
    return null;
  };
  const plain = createServer(SOCKET_OPTIONS, (socket) => {
    const onAdmitted = takePlace(socket);
    if (onAdmitted) associate(socket, { tlsPeer: null, onAdmitted });
  });
  const tls = options.tls && secureServer(options.tls, timeouts.artimMs, takePlace, associate, options.log);
  // Connections beyond the limit live long enough to be rejected in DICOM's own words; a flood of them does not.
  const servers = tls ? [plain, tls.server] : [plain];
  for (const server of servers) server.maxConnections = limits.associations * 2 + 16;
  await listen(plain, options.port, options);
  try {
    if (tls && options.tls) await listen(tls.server, options.tls.port, options);
  } catch (error) {
    plain.close();
    throw error;
  }
  return {
    port: portOf(plain),
    tlsPort: tls ? portOf(tls.server) : null,
    async close() {
      const closed = Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      tls?.cutHandshakes();
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

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number, { host, log }: DimseServerOptions): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      server.on("error", (error) => log({ event: "dimse-listener-failed", error }));
      resolve();
    });
  });
}

/** Secure transport connections with a certificate on both sides (PS3.15 §B.9, the BCP 195 profile). */
function secureServer(
  { key, cert, ca }: DimseTls,
  handshakeTimeout: number,
  takePlace: (socket: Socket) => (() => void) | null,
  associate: (socket: Socket, connection: Connection) => void,
  log: DimseLog,
): { readonly server: Server; readonly cutHandshakes: () => void } {
  const handshakes = new Map<string, { readonly socket: Socket; readonly onAdmitted: () => void }>();
  const server = createTlsServer(
    {
      ...SOCKET_OPTIONS,
      key,
      cert,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ciphers: TLS_CIPHERS,
      honorCipherOrder: true,
      handshakeTimeout,
    },
    (socket) => {
      const address = addressOf(socket);
      const done = handshakes.get(address);
      handshakes.delete(address);
      const tlsPeer = tlsPeerOf(socket);
      if (done && tlsPeer) associate(socket, { tlsPeer, onAdmitted: done.onAdmitted });
      else socket.destroy();
    },
  );
  server.on("connection", (socket: Socket) => {
    const onAdmitted = takePlace(socket);
    if (!onAdmitted) return;
    const address = addressOf(socket);
    handshakes.set(address, { socket, onAdmitted });
    socket.once("close", () => handshakes.delete(address));
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    log({ event: "tls-handshake-failed", remoteAddress: socket.remoteAddress, code: error.code });
    socket.destroy();
  });
  const cutHandshakes = () => {
    for (const { socket } of handshakes.values()) socket.destroy();
  };
  return { server, cutHandshakes };
}

/** Tells the raw connection and the TLS socket on it to be the same. */
function addressOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
