import { createHash, type Hash } from "node:crypto";
import type { InstanceReceiver } from "../../core/ports.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";

export interface ForwardDestination {
  readonly port: number;
  /** SOP Instance UID → SHA-256 of each data set that came under it, whole; the same again counts once. */
  readonly received: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Another archive that the hub sends on to: keeps no more of what it is sent than its digest. */
export async function openForwardDestination(aeTitle: string): Promise<ForwardDestination> {
  const received = new Map<string, Set<string>>();
  const receiver: InstanceReceiver = {
    receiveDataSet: async (_source, { sopClassUid, sopInstanceUid }) => {
      const hash: Hash = createHash("sha256");
      return {
        write: async (chunk) => void hash.update(chunk),
        store: async () => {
          const digests = received.get(sopInstanceUid) ?? new Set();
          received.set(sopInstanceUid, digests.add(hash.digest("hex")));
          return { outcome: "stored", studyInstanceUid: "-", seriesInstanceUid: "-", sopInstanceUid, sopClassUid };
        },
        abort: async () => undefined,
      };
    },
    receivePart10: () => Promise.reject(new Error("not a way of DIMSE")),
    refused: () => Promise.reject(new Error("not a way of DIMSE")),
    released: async () => undefined,
  };
  const server = await startDimseServer({
    port: 0,
    host: "127.0.0.1",
    aeTitle,
    findApplicationEntity: async () => ({
      siteId: "-",
      certificateSha256: null,
      tlsOnly: false,
      maxAssociations: null,
    }),
    receiver,
    log: () => undefined,
  });
  return { port: server.port, received, close: () => server.close() };
}
