import { onTestFinished } from "vitest";
import { type DimseServer, type DimseServerOptions, startDimseServer } from "../../server/dimse/dimse-server.ts";
import { type CollectingReceiver, collectingReceiver } from "./collecting-receiver.ts";

export interface HubPort extends DimseServer {
  readonly receiver: CollectingReceiver;
  readonly events: { readonly event: string; readonly [id: string]: unknown }[];
}

const SITE_OF_AE_TITLE: Readonly<Record<string, string>> = { PEER_A: "site-a", PEER_B: "site-b" };

/** A DICOM port with two registered peers on a free port, closed when the test is over. */
export async function openHubPort(
  options: Partial<DimseServerOptions> & { readonly receiver?: CollectingReceiver } = {},
): Promise<HubPort> {
  const receiver = options.receiver ?? collectingReceiver();
  const events: HubPort["events"] = [];
  const server = await startDimseServer({
    port: 0,
    host: "127.0.0.1",
    aeTitle: "HUB",
    findApplicationEntity: async (callingAeTitle) => {
      const siteId = SITE_OF_AE_TITLE[callingAeTitle];
      return siteId === undefined ? null : { siteId };
    },
    log: (event) => events.push(event),
    ...options,
    timeouts: { graceMs: 200, ...options.timeouts },
    receiver,
  });
  onTestFinished(() => server.close());
  return { ...server, receiver, events };
}
