import { sendInstance } from "../../core/infra/dimse-scu/send-instance.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { listRetrievable, readRetrievable } from "../../core/infra/postgres/retrieve-queries.ts";
import type { BlobStore } from "../../core/ports.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseService } from "./dimse-service.ts";
import { QUERY_RETRIEVE_ROOTS, type QueryRoot } from "./query-retrieve-sop-classes.ts";
import { readIdentifier } from "./read-identifier.ts";
import { respondFinally } from "./respond-finally.ts";
import { retrieveScope } from "./retrieve-scope.ts";
import { noteFailed, SubOperations } from "./sub-operations.ts";

/** Rows are read so many at a time: no retrieve holds the rows of a whole study. */
const PAGE = 200;

/** Retrieve by C-GET (PS3.4 §C.4.3): the instances come back on this association, one C-STORE after the other. */
export function cGetService(archive: { readonly db: Database; readonly blobs: BlobStore }): DimseService {
  return {
    commandField: 0x0010,
    supports: (abstractSyntaxUid) => QUERY_RETRIEVE_ROOTS.get.has(abstractSyntaxUid),
    async serve(request, association) {
      const root = QUERY_RETRIEVE_ROOTS.get.get(request.context.abstractSyntaxUid) as QueryRoot;
      const scope = retrieveScope(root, await readIdentifier(request));
      const { siteId, sender } = association.source;
      const retrieval = { siteId, aeTitle: sender, operation: "C-GET", destination: sender, toSiteId: siteId } as const;
      const { instanceIds, isTooLong } = await listRetrievable(archive.db, retrieval, scope);
      if (isTooLong) throw new DimseFault(0xa701, "Too many instances, retrieve by study or series");
      const progress = new SubOperations(instanceIds.length);
      for (let from = 0; from < instanceIds.length; from += PAGE) {
        for (const instance of await readRetrievable(archive.db, instanceIds.slice(from, from + PAGE))) {
          if (request.signal.aborted) break;
          const { request: send, storeContexts } = association;
          const result = await sendInstance(archive.blobs, instance, storeContexts, send);
          if (result.outcome === "failed") noteFailed(association, instance.sopInstanceUid, result.reason);
          progress.note(instance.sopInstanceUid, result.outcome);
          if (progress.remaining > 0) await association.respond(request, progress.pending());
        }
        if (request.signal.aborted) break;
      }
      await respondFinally(request, association, progress);
    },
  };
}
