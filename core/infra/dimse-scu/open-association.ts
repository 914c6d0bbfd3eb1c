import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AssociationFailed } from "./association-failed.ts";
import {
  type Proposal,
  type RequestedAssociation,
  type RequestTimeouts,
  requestAssociation,
} from "./requested-association.ts";

/** A peer that the hub calls. */
export interface Destination {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** Only over TLS. */
  readonly isTls: boolean;
}

/** How the hub calls others. */
export interface Caller {
  readonly aeTitle: string;
  /** PEM; without it no destination that wants TLS can be called. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string } | undefined;
  readonly timeouts?: Partial<RequestTimeouts>;
}

const TIMEOUTS: RequestTimeouts = { connectMs: 15_000, responseMs: 120_000, writeStallMs: 60_000, wholeMs: 600_000 };

/** Connects and asks for the association. Rejects with AssociationFailed. */
export async function openAssociation(
  caller: Caller,
  destination: Destination,
  proposals: readonly Proposal[],
): Promise<RequestedAssociation> {
  const timeouts = { ...TIMEOUTS, ...caller.timeouts };
  const socket = await openSocket(caller, destination, timeouts.connectMs);
  const titles = { callingAeTitle: caller.aeTitle, calledAeTitle: destination.aeTitle };
  try {
    return await requestAssociation(socket, titles, proposals, timeouts);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function openSocket({ tls }: Caller, { host, port, isTls }: Destination, limitMs: number): Promise<Socket> {
  if (isTls && !tls)
    return Promise.reject(new AssociationFailed("unreachable", "TLS is wanted, and is not set up here"));
  return new Promise((resolve, reject) => {
    // the name in its certificate is a device's AE title and not a host's name; the chain to our CA is what counts
    const socket =
      isTls && tls
        ? connectTls({ host, port, ...tls, minVersion: "TLSv1.2", checkServerIdentity: () => undefined })
        : connectPlain({ host, port });
    const clock = setTimeout(() => socket.destroy(new Error("ETIMEDOUT")), limitMs);
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(clock);
      reject(new AssociationFailed("unreachable", error.code ?? error.message));
    };
    socket.once("error", onError);
    socket.once(isTls ? "secureConnect" : "connect", () => {
      clearTimeout(clock);
      socket.off("error", onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
