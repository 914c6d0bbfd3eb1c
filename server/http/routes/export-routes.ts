import { asActor, asHub } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  createExport,
  enqueueExport,
  findExport,
  getExport,
  listExports,
  openExportFile,
  retryExport,
} from "../../../core/infra/postgres/queries/export-queries.ts";
import type { BlobStore } from "../../../core/ports.ts";
import { writeWithRoom } from "../../dicomweb/multipart-writer.ts";
import type { Handlers } from "../api-router.ts";

interface ExportRouteDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
}

/** De-identified exports: asked for, made by a job, taken as a zip. */
export function exportRoutes({
  db,
  blobs,
}: ExportRouteDeps): Pick<Handlers, "createExport" | "listExports" | "getExport" | "getExportFile" | "retryExport"> {
  return {
    createExport: ({ actor, body }) =>
      asActor(db, actor, async (tx) => {
        const id = await createExport(tx, actor, body);
        await enqueueExport(tx, id);
        return findExport(tx, id);
      }),
    listExports: ({ actor, query }) => asActor(db, actor, (tx) => listExports(tx, query)),
    retryExport: ({ actor, params }) => asHub(db, (tx) => retryExport(tx, actor, params.exportId)),
    getExport: ({ actor, params }) => asActor(db, actor, (tx) => getExport(tx, params.exportId)),
    getExportFile: async ({ actor, params, response }) => {
      const { blobKey, bytes, pseudonymPrefix } = await asActor(db, actor, (tx) =>
        openExportFile(tx, actor, params.exportId),
      );
      const stream = await blobs.open(blobKey);
      response.type("application/zip").set({
        "cache-control": "private, no-store",
        "content-length": String(bytes),
        "content-disposition": `attachment; filename="${pseudonymPrefix}-${params.exportId.slice(0, 8)}.zip"`,
      });
      for await (const chunk of stream) if (!(await writeWithRoom(response, chunk as Buffer))) break;
      response.end();
      return undefined;
    },
  };
}
