import { access, mkdir, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { DomainError } from "../../core/errors.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { openBlobStore } from "../../core/infra/blob/open-blob-store.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { folderSink } from "../../core/infra/export/export-sink.ts";
import { exportStudies } from "../../core/infra/export/export-studies.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { beginExport, failExport, finishExport } from "../../core/infra/postgres/export-progress.ts";
import { createExport, getExport } from "../../core/infra/postgres/queries/export-queries.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { Options } from "./options.ts";

const EVERY_OPTION = { modifiedDates: true, cleanDescriptors: true, patientCharacteristics: false, safePrivate: false };

/** De-identified files of these studies into an empty folder; what was refused is said on standard output. */
export async function exportDeidentified(
  db: Database,
  studyInstanceUids: readonly string[],
  options: Options,
  settings: Settings,
): Promise<number> {
  if (!options.to) throw new DomainError("request-invalid", { where: "--to" });
  const asked = PAYLOADS.createExport.body.safeParse({
    studyInstanceUids,
    purpose: options.purpose ?? "",
    options: {
      ...EVERY_OPTION,
      patientCharacteristics: options["patient-characteristics"] === "true",
      safePrivate: options["safe-private"] === "true",
    },
    pseudonymPrefix: options.prefix ?? "EXP",
  });
  if (!asked.success)
    throw new DomainError("request-invalid", {
      where: [...new Set(asked.error.issues.map((issue) => issue.path[0]))].join(", "),
    });
  const folder = resolve(options.to);
  await assertEmpty(folder);
  const blobs = await openBlobStore(settings);
  const codecs = openCodecPool({ isBackground: true, threads: 1 });
  const id = await asHub(db, (tx) => createExport(tx, null, asked.data));
  try {
    const order = await beginExport(db, id);
    if (!order) throw new DomainError("not-found");
    await exportStudies({ db, blobs, codecs, frames: frameReader(blobs) }, order, folderSink(folder));
    await finishExport(db, id, null);
  } catch (error) {
    await failExport(db, id, error instanceof DomainError ? error.code : "fault");
    throw error;
  } finally {
    await codecs.close();
  }
  const { exported, refused, refusals } = await asHub(db, (tx) => getExport(tx, id));
  console.log(`${exported} exported, ${refused} refused`);
  for (const { sopInstanceUid, reason } of refusals) console.log(`refused ${sopInstanceUid} ${reason}`);
  return 0;
}

async function assertEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await access(folder);
  if ((await readdir(folder)).length > 0) throw new DomainError("request-invalid", { where: "--to" });
}
