import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * `<dataDir>/log/<part>.log`. A file and not a pipe, because the server may outlive this process; turned over at start
 * so that it stays small.
 */
export async function serverLogPath(dataDir: string, part: string): Promise<string> {
  const file = path.join(dataDir, "log", `${part}.log`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_BYTES) await rename(file, `${file}.1`);
  const handle = await open(file, "a", 0o600);
  await handle.close();
  return file;
}

/** The last lines, for the message of a start that failed. */
export async function logTail(file: string, lines = 3): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join(" | ");
}
