import type { BlobStore, Clock } from "../../ports.ts";
import type { Settings } from "../settings.ts";
import { openFileBlobStore, sweepIncoming } from "./file-blob-store.ts";
import { openS3BlobStore } from "./s3-blob-store.ts";
import { sweepUnfinishedUploads } from "./s3-upload-sweep.ts";

type Where = Pick<Settings, "s3" | "dataDir">;

/** An S3 bucket when the settings name one, else files in the data directory. */
export function openBlobStore({ s3, dataDir }: Where): Promise<BlobStore> {
  return s3 ? openS3BlobStore(s3) : openFileBlobStore(dataDir);
}

/** Removes what blobs were begun when a former process died. To be called once, before any process stores. */
export async function sweepBeforeStart({ s3, dataDir }: Where): Promise<void> {
  if (!s3) await sweepIncoming(dataDir);
}

/** The same while processes store: only what is too old to be one of theirs. Files are swept at the start alone. */
export async function sweepBesideWriters({ s3 }: Where, clock: Clock): Promise<void> {
  if (s3) await sweepUnfinishedUploads(s3, clock);
}
