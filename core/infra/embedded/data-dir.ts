import { chmod, mkdir, realpath } from "node:fs/promises";
import { isRunning } from "./process-identity.ts";
import { type EmbeddedPart, type RunInfo, readRunInfo } from "./run-info.ts";

/** Makes the folder when it is missing; its true path, as servers write it into their own files. */
export async function openDataDir(dataDir: string): Promise<string> {
  const made = await mkdir(dataDir, { recursive: true });
  // Others may pass through, to the one folder that is theirs, but not look around.
  if (made !== undefined) await chmod(dataDir, 0o711);
  return realpath(dataDir);
}

/** What the last hub left written of this part. Throws while another living hub holds the folder. */
export async function claimPart(dataDir: string, part: EmbeddedPart): Promise<RunInfo | undefined> {
  const before = await readRunInfo(dataDir, part);
  if (before !== undefined && before.owner.pid !== process.pid && isRunning(before.owner)) {
    throw new Error(`another hub (process ${before.owner.pid}) is using ${dataDir}`);
  }
  return before;
}
