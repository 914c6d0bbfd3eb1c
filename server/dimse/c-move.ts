import type { Caller } from "../../core/infra/dimse-scu/open-association.ts";
import { storeScu } from "../../core/infra/dimse-scu/store-scu.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { listRetrievable, readRetrievable } from "../../core/infra/postgres/retrieve-queries.ts";
import type { BlobStore } from "../../core/ports.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseService } from "./dimse-service.ts";
import { QUERY_RETRIEVE_ROOTS, type QueryRoot } from "./query-retrieve-sop-classes.ts";
import { readIdentifier } from "./read-identifier.ts";
import { respondFinally } from "./respond-finally.ts";
import { retrieveScope } from "./retrieve-scope.ts";
import { noteFailed, SubOperations } from "./sub-operations.ts";

const MOVE_DESTINATION_UNKNOWN = 0xa801;
/** Rows are read so many at a time: no retrieve holds the rows of a whole study. */
const PAGE = 200;
/** A destination that could not be reached, or was lost, so often in a row is away: the rest is not tried. */
const MAX_LOST_IN_A_ROW = 3;

export interface MoveArchive {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly caller: Caller;
}

/**
 * Retrieve by C-MOVE (PS3.4 §C.4.2): the instances go to a registered AE title, on an association of ours. They go only
 * where its site may see them too.
 */
export function cMoveService({ db, blobs, caller }: MoveArchive): DimseService {
  return {
    commandField: 0x0021,
    supports: (abstractSyntaxUid) => QUERY_RETRIEVE_ROOTS.move.has(abstractSyntaxUid),
    async serve(request, association) {
      const root = QUERY_RETRIEVE_ROOTS.move.get(request.context.abstractSyntaxUid) as QueryRoot;
      const scope = retrieveScope(root, await readIdentifier(request));
      const destination = await findDestination(db, request.command.moveDestination ?? "");
      if (!destination) throw new DimseFault(MOVE_DESTINATION_UNKNOWN, "Move destination is not registered");
      const { siteId, sender } = association.source;
      const { instanceIds, isTooLong } = await listRetrievable(
        db,
        {
          siteId,
          aeTitle: sender,
          operation: "C-MOVE",
          destination: destination.aeTitle,
          toSiteId: destination.siteId,
        },
        scope,
      );
      if (isTooLong) throw new DimseFault(0xa701, "Too many instances, retrieve by study or series");
      const progress = new SubOperations(instanceIds.length);
      let lostInARow = 0;
      for (let from = 0; from < instanceIds.length; from += PAGE) {
        if (request.signal.aborted || lostInARow >= MAX_LOST_IN_A_ROW) break;
        const instances = await readRetrievable(db, instanceIds.slice(from, from + PAGE));
        const scu = storeScu({
          caller,
          destination,
          blobs,
          expected: instances,
          originator: { aeTitle: association.source.sender, messageId: request.command.messageId },
        });
        for (const instance of instances) {
          if (request.signal.aborted || lostInARow >= MAX_LOST_IN_A_ROW) break;
          const { sopInstanceUid } = instance;
          const result = await scu.send(instance).catch((error: unknown) => ({ outcome: "lost" as const, error }));
          lostInARow = result.outcome === "lost" ? lostInARow + 1 : 0;
          if (result.outcome === "lost") noteFailed(association, sopInstanceUid, { error: result.error });
          else if (result.outcome === "failed") noteFailed(association, sopInstanceUid, result.reason);
          progress.note(sopInstanceUid, result.outcome === "lost" ? "failed" : result.outcome);
          if (progress.remaining > 0) await association.respond(request, progress.pending());
        }
        await scu.close();
      }
      await respondFinally(request, association, progress);
    },
  };
}
