import { DomainError } from "../../core/errors.ts";
import { type ExportDeps, exportStudies } from "../../core/infra/export/export-studies.ts";
import { zipWriter } from "../../core/infra/export/zip-writer.ts";
import { alone } from "../../core/infra/postgres/alone.ts";
import { beginExport, type ExportOrder, failExport, finishExport } from "../../core/infra/postgres/export-progress.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";

/** Makes the zip of an export, from the beginning each time it is tried: half a zip is nothing. */
export function makeExport(deps: ExportDeps): JobHandler<"export-studies"> {
  return async ({ exportId }) => {
    const isMine = await alone(deps.db, `export ${exportId}`, async () => {
      const order = await beginExport(deps.db, exportId);
      if (order) await writeZip(deps, order);
    });
    if (!isMine) throw new DomainError("busy");
  };
}

async function writeZip(deps: ExportDeps, order: ExportOrder): Promise<void> {
  const writer = await deps.blobs.create({ marked: true });
  try {
    let bytes = 0;
    const zip = zipWriter(async (chunk) => {
      bytes += chunk.length;
      await writer.write(chunk);
    });
    await exportStudies(deps, order, zip);
    await zip.end();
    await writer.seal();
    await finishExport(deps.db, order.id, { blobKey: writer.key, bytes });
    writer.unmark();
  } catch (error) {
    await writer.discard();
    await failExport(deps.db, order.id, error instanceof DomainError ? error.code : "fault");
    throw error;
  }
}
