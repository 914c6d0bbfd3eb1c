import { type SpawnOptions, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chown, lchown, readdir, stat } from "node:fs/promises";
import path from "node:path";

/** How to run a program that refuses root. `wrap` gives command and arguments; `options` go to spawn. */
export interface UnprivilegedLaunch {
  readonly kind: "as-is" | "other-user" | "user-namespace";
  readonly options: Pick<SpawnOptions, "uid" | "gid">;
  /** Who must own the files on disk, as seen from here; undefined when ownership needs no care. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  wrap(command: string, args: readonly string[]): { command: string; args: string[] };
}

/**
 * Postgres refuses root. As root it runs under another existing user when that user can reach folder and program, else
 * in a user namespace, where root's id is shown as 65534 while it stays the owner of its files outside.
 */
export function unprivilegedLaunch(folder: string, program: string): UnprivilegedLaunch {
  if (process.getuid?.() !== 0) return { kind: "as-is", options: {}, owner: undefined, wrap: asIs };
  for (const account of accounts(["postgres", "nobody"])) {
    if (!reaches(account, folder, program)) continue;
    return { kind: "other-user", options: account, owner: account, wrap: asIs };
  }
  if (hasUserNamespaces(program)) {
    return { kind: "user-namespace", options: {}, owner: { uid: 0, gid: 0 }, wrap: inNamespace };
  }
  throw new Error(
    `Postgres does not run as root, and no other user can reach ${folder}: start the hub as an ordinary user, or set HUB_DATA to a folder others may enter (mode 711)`,
  );
}

/** Gives a folder and all in it to the owner the launch needs. Does nothing when the folder already belongs to it. */
export async function giveTo(owner: UnprivilegedLaunch["owner"], folder: string): Promise<void> {
  if (owner === undefined) return;
  const found = await stat(folder);
  if (found.uid === owner.uid && found.gid === owner.gid) return;
  // the folder itself comes last, so that an interrupted run is seen and done again
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(path.join(entry.parentPath, entry.name), owner.uid, owner.gid);
  }
  await chown(folder, owner.uid, owner.gid);
}

function asIs(command: string, args: readonly string[]) {
  return { command, args: [...args] };
}

function inNamespace(command: string, args: readonly string[]) {
  return { command: "unshare", args: [...NAMESPACE, command, ...args] };
}

const NAMESPACE = ["--user", "--map-user=65534", "--map-group=65534", "--"];

function accounts(names: readonly string[]): { uid: number; gid: number }[] {
  const passwd = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8") : "";
  const rows = passwd.split("\n").map((line) => line.split(":"));
  return names.flatMap((name) => {
    const row = rows.find((fields) => fields[0] === name);
    const [uid, gid] = [Number(row?.[2]), Number(row?.[3])];
    return uid > 0 && gid > 0 ? [{ uid, gid }] : [];
  });
}

/** Asked of the system rather than worked out from modes: access lists and mounts count too. */
function reaches(account: { uid: number; gid: number }, folder: string, program: string): boolean {
  const answer = spawnSync("/bin/sh", ["-c", 'cd "$1" && "$2" --version', "sh", folder, program], {
    ...account,
    cwd: "/",
    stdio: "ignore",
  });
  return answer.status === 0;
}

function hasUserNamespaces(program: string): boolean {
  return spawnSync("unshare", [...NAMESPACE, program, "--version"], { stdio: "ignore" }).status === 0;
}
