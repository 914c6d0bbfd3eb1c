import { randomUUID } from "node:crypto";
import { readdir, rm, stat, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../ports.ts";
import { isBlobKey } from "./blob-key.ts";

/** Of these keys, those that a row names. */
export type NamedKeys = (keys: readonly string[]) => Promise<ReadonlySet<string>>;

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 500;

/** Each process writes into a folder of its own, whose name says whether the process still lives. */
export function incomingFolderName(): string {
  return `${hostname()}~${process.pid}~${randomUUID().slice(0, 8)}`;
}

/**
 * Removes what writers had begun when their process died: files that were never whole, and marked blobs that no row names.
 * Of a process that lives, only what nothing was written to for an hour: its row was never answered for, or its sender
 * hangs. Safe beside writers, on this machine or another that shares the folder.
 */
export async function sweepIncoming(root: string, namedKeys: NamedKeys, clock: Clock): Promise<void> {
  const incoming = join(root, "incoming");
  for (const name of await readdir(incoming).catch(() => [])) {
    const folder = join(incoming, name);
    const isOver = await isAbandoned(name, folder, clock);
    const ids = isOver ? await readdir(folder) : await quietFiles(folder, clock() - HOUR_MS);
    await sweepFiles(root, folder, ids, namedKeys);
    if (isOver) await rm(folder, { recursive: true, force: true });
  }
}

/** A process of another machine cannot be asked; one that has written nothing for a day is taken as gone. */
async function isAbandoned(name: string, folder: string, clock: Clock): Promise<boolean> {
  const [host, pid] = name.split("~");
  if (host === hostname() && Number(pid) > 0) return Number(pid) !== process.pid && !isAlive(Number(pid));
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: clock() }));
  return clock() - mtimeMs > DAY_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function quietFiles(folder: string, since: number): Promise<string[]> {
  const quiet: string[] = [];
  for (const id of await readdir(folder).catch(() => [])) {
    const { mtimeMs } = await stat(join(folder, id)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < since) quiet.push(id);
  }
  return quiet;
}

async function sweepFiles(root: string, folder: string, ids: readonly string[], namedKeys: NamedKeys): Promise<void> {
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH).map((id) => ({ id, key: `${id.slice(0, 2)}/${id}` }));
    const named = await namedKeys(batch.map(({ key }) => key));
    for (const { id, key } of batch) {
      if (isBlobKey(key) && !named.has(key)) await unlink(join(root, "blobs", key)).catch(() => undefined);
      await unlink(join(folder, id)).catch(() => undefined);
    }
  }
}
