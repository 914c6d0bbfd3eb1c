import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { DomainError } from "../../errors.ts";

/** Written last: a folder without it is no backup. */
export const MANIFEST = "backup.json";

const Manifest = z.object({
  version: z.literal(1),
  /** Instant, ISO 8601. */
  madeAt: z.string(),
  migrations: z.array(z.string()),
  /** The folder with the tables' rows, one JSON object a line. */
  tables: z.string().regex(/^tables-[0-9]+$/),
  rows: z.record(z.string().regex(/^[a-z_]+$/), z.number().int()),
  blobs: z.number().int(),
});
export type BackupManifest = z.infer<typeof Manifest>;

/** Throws `request-invalid` for a folder that holds no whole backup. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(path.join(folder, MANIFEST), "utf8").catch(() => "null");
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new DomainError("request-invalid", { where: "--from" }, { cause: error });
  }
}
