import type { BlobStore, Clock } from "../../ports.ts";
import type { Settings } from "../settings.ts";
import { coldKey, keyInStore } from "./cold-key.ts";
import { openFileBlobStore } from "./file-blob-store.ts";
import { openS3BlobStore } from "./s3-blob-store.ts";
import { sweepUnfinishedUploads } from "./s3-upload-sweep.ts";
import { type NamedKeys, sweepIncoming } from "./sweep-incoming.ts";
import { coldBlobStore, tieredBlobStore } from "./tiered-blob-store.ts";

type OneStore = Pick<Settings, "s3" | "dataDir">;
type Where = OneStore & { readonly cold?: Settings["cold"] };

/** An S3 bucket when the settings name one, else files in the data directory; with the cold store behind it, if there is one. */
export async function openBlobStore(where: Where): Promise<BlobStore> {
  const hot = await openStore(where);
  const cold = await openColdStore(where);
  return cold ? tieredBlobStore(hot, cold) : hot;
}

/** To write into; null when the settings name none. */
export async function openColdStore({ cold }: Pick<Where, "cold">): Promise<BlobStore | null> {
  return cold ? coldBlobStore(await openStore(cold)) : null;
}

function openStore({ s3, dataDir }: OneStore): Promise<BlobStore> {
  return s3 ? openS3BlobStore(s3) : openFileBlobStore(dataDir);
}

/** Removes what writers left that are gone, beside those that store; to be called at each start, and from time to time. */
export async function sweepLeftovers(where: Where, namedKeys: NamedKeys, clock: Clock): Promise<void> {
  await sweepStore(where, namedKeys, clock);
  if (!where.cold) return;
  const namedCold: NamedKeys = async (keys) =>
    new Set([...(await namedKeys(keys.map(coldKey)))].map((key) => keyInStore(key)));
  await sweepStore(where.cold, namedCold, clock);
}

async function sweepStore({ s3, dataDir }: OneStore, namedKeys: NamedKeys, clock: Clock): Promise<void> {
  await (s3 ? sweepUnfinishedUploads(s3, clock) : sweepIncoming(dataDir, namedKeys, clock));
}
