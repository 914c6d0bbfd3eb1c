import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const identitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

const runInfoSchema = z.object({
  /** Connection string with the password: the reason for mode 0600. */
  url: z.string(),
  port: z.number().int(),
  server: identitySchema,
  /** The process that started or adopted the server; while it lives nobody else may. */
  owner: identitySchema,
  /** Hash of binary and settings: a server left from another version is stopped, not adopted. */
  fingerprint: z.string(),
});

export type RunInfo = Readonly<z.infer<typeof runInfoSchema>>;
export type EmbeddedPart = "postgres" | "redis";

function runInfoPath(dataDir: string, part: EmbeddedPart): string {
  return path.join(dataDir, "run", `${part}.json`);
}

/** What the running hub says of its embedded part; undefined when it has not run, was stopped, or the file is unreadable. */
export async function readRunInfo(dataDir: string, part: EmbeddedPart): Promise<RunInfo | undefined> {
  try {
    return runInfoSchema.parse(JSON.parse(await readFile(runInfoPath(dataDir, part), "utf8")));
  } catch {
    return undefined;
  }
}

export async function writeRunInfo(dataDir: string, part: EmbeddedPart, info: RunInfo): Promise<void> {
  await writeSecretFile(runInfoPath(dataDir, part), `${JSON.stringify(info, null, 2)}\n`);
}

export async function removeRunInfo(dataDir: string, part: EmbeddedPart): Promise<void> {
  await rm(runInfoPath(dataDir, part), { force: true });
}

/** Written beside and renamed, so that a reader sees the old text or the new one, and readable by the owner only. */
export async function writeSecretFile(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(temporary, 0o600);
  await rename(temporary, file);
}

/** The password kept in `<dataDir>/secrets/<part>.password`, made on first use. */
export async function keptPassword(dataDir: string, part: EmbeddedPart): Promise<string> {
  const file = path.join(dataDir, "secrets", `${part}.password`);
  try {
    const kept = (await readFile(file, "utf8")).trim();
    if (kept !== "") return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = randomBytes(24).toString("base64url");
  await writeSecretFile(file, `${made}\n`);
  return made;
}
