import type { BlobStore, Clock } from "../../ports.ts";
import type { Settings } from "../settings.ts";
import { openFileBlobStore } from "./file-blob-store.ts";
import { openS3BlobStore } from "./s3-blob-store.ts";
import { sweepUnfinishedUploads } from "./s3-upload-sweep.ts";
import { type NamedKeys, sweepIncoming } from "./sweep-incoming.ts";

type Where = Pick<Settings, "s3" | "dataDir">;

/** An S3 bucket when the settings name one, else files in the data directory. */
export function openBlobStore({ s3, dataDir }: Where): Promise<BlobStore> {
  return s3 ? openS3BlobStore(s3) : openFileBlobStore(dataDir);
}

/** Removes what writers left that are gone, beside those that store; to be called at each start, and from time to time. */
export async function sweepLeftovers({ s3, dataDir }: Where, namedKeys: NamedKeys, clock: Clock): Promise<void> {
  await (s3 ? sweepUnfinishedUploads(s3, clock) : sweepIncoming(dataDir, namedKeys, clock));
}
