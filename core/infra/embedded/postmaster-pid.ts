import { readFile } from "node:fs/promises";
import path from "node:path";
import { commandLine, identifyProcess, type ProcessIdentity } from "./process-identity.ts";

/** A live Postgres that holds the cluster, read from its postmaster.pid: line 1 the pid, line 4 the port. */
interface Postmaster {
  readonly identity: ProcessIdentity;
  readonly port: number;
}

export type PostmasterFile =
  | { readonly state: "none" }
  | { readonly state: "live"; readonly postmaster: Postmaster }
  /** The pid now belongs to another program (a container's ids start over): Postgres would refuse to start. */
  | { readonly state: "foreign" };

export function postmasterPidPath(cluster: string): string {
  return path.join(cluster, "postmaster.pid");
}

export async function readPostmaster(cluster: string): Promise<PostmasterFile> {
  const text = await readFile(postmasterPidPath(cluster), "utf8").catch(() => "");
  const lines = text.split("\n");
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 1) return { state: "none" };
  const identity = identifyProcess(pid);
  if (identity === undefined) return { state: "none" };
  const command = commandLine(pid);
  if (!command.includes("postgres") || !command.includes(cluster)) return { state: "foreign" };
  return { state: "live", postmaster: { identity, port } };
}
