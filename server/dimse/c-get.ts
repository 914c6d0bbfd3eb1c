import { openStoredDataSet, type StoredDataSet, sendableSyntaxes } from "../../core/infra/archive/stored-data-set.ts";
import { isStoreWarning } from "../../core/infra/dimse-scu/store-scu.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import {
  listRetrievable,
  type RetrievableInstance,
  readRetrievable,
} from "../../core/infra/postgres/retrieve-queries.ts";
import type { BlobStore } from "../../core/ports.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseAssociation, DimseService } from "./dimse-service.ts";
import { QUERY_RETRIEVE_ROOTS, type QueryRoot } from "./query-retrieve-sop-classes.ts";
import { readIdentifier } from "./read-identifier.ts";
import { respondFinally } from "./respond-finally.ts";
import { retrieveScope } from "./retrieve-scope.ts";
import { type SubOperationOutcome, SubOperations } from "./sub-operations.ts";

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
          progress.note(instance.sopInstanceUid, await sendInstance(archive.blobs, instance, association));
          if (progress.remaining > 0) await association.respond(request, progress.pending());
        }
        if (request.signal.aborted) break;
      }
      await respondFinally(request, association, progress);
    },
  };
}

/** Instances go out as they are stored where the peer takes that, uncompressed ones else with the other VR encoding; or it failed. */
async function sendInstance(
  blobs: BlobStore,
  instance: RetrievableInstance,
  association: DimseAssociation,
): Promise<SubOperationOutcome> {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
  const contexts = association.storeContexts.filter((each) => each.abstractSyntaxUid === sopClassUid);
  const context = sendableSyntaxes(transferSyntaxUid)
    .map((syntax) => contexts.find((each) => each.transferSyntaxUid === syntax))
    .find((each) => each !== undefined);
  const failed = (reason: Record<string, unknown>): SubOperationOutcome => {
    association.log({ event: "sub-operation-failed", sopInstanceUid, ...reason });
    return "failed";
  };
  if (!context) return failed({ reason: "no-context", sopClassUid, transferSyntaxUid });
  let dataSet: StoredDataSet;
  try {
    dataSet = await openStoredDataSet(blobs, instance, context.transferSyntaxUid);
  } catch (error) {
    return failed({ error });
  }
  try {
    const request = { commandField: 0x0001, affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid };
    const { status } = await association.request(context, { ...request, priority: 0 }, dataSet);
    if (status === 0) return "completed";
    return status !== undefined && isStoreWarning(status) ? "warning" : failed({ status });
  } finally {
    dataSet.close();
  }
}
