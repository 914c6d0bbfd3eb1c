import type { Database } from "../../core/infra/postgres/database.ts";
import { type DeviceQuery, listDeviceMatches, readDeviceMatches } from "../../core/infra/postgres/device-queries.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { findAnswer } from "./find-answer.ts";
import { findQuery } from "./find-query.ts";
import { QUERY_RETRIEVE_ROOTS, type QueryRoot } from "./query-retrieve-sop-classes.ts";
import { readIdentifier } from "./read-identifier.ts";

const PENDING = 0xff00;
const PENDING_WITH_UNSUPPORTED_KEYS = 0xff01;
const CANCELLED = 0xfe00;
const OUT_OF_RESOURCES = 0xa700;

/** Nobody looks through more by hand; a system that wants all asks by date. */
const MAX_MATCHES = 10_000;
/** Rows are read, and C-CANCEL is looked for, so many answers at a time. */
const PAGE = 100;

/** Query at Patient Root and Study Root (PS3.4 §C.4.1). */
export function cFindService(archive: { readonly db: Database; readonly aeTitle: string }): DimseService {
  return {
    commandField: 0x0020,
    supports: (abstractSyntaxUid) => QUERY_RETRIEVE_ROOTS.find.has(abstractSyntaxUid),
    async serve(request, association) {
      const root = QUERY_RETRIEVE_ROOTS.find.get(request.context.abstractSyntaxUid) as QueryRoot;
      const identifier = await readIdentifier(request);
      const { query: asked, fields, hasUnsupportedKeys } = findQuery(root, identifier);
      const { siteId, sender } = association.source;
      const query: DeviceQuery = { ...asked, siteId, aeTitle: sender };
      const ids = await listDeviceMatches(archive.db, query, MAX_MATCHES + 1);
      const status = hasUnsupportedKeys ? PENDING_WITH_UNSUPPORTED_KEYS : PENDING;
      for (let from = 0; from < Math.min(ids.length, MAX_MATCHES); from += PAGE) {
        for (const match of await readDeviceMatches(archive.db, query, ids.slice(from, from + PAGE))) {
          if (request.signal.aborted) return association.respond(request, { status: CANCELLED });
          const answer = findAnswer(match, query.level, fields, archive.aeTitle);
          const { transferSyntaxUid } = request.context;
          await association.respond(
            request,
            { status },
            encodeAnswer(answer, identifier.characterSet, transferSyntaxUid),
          );
        }
      }
      if (request.signal.aborted) return association.respond(request, { status: CANCELLED });
      if (ids.length > MAX_MATCHES)
        throw new DimseFault(OUT_OF_RESOURCES, `More than ${MAX_MATCHES} matches, ask for less`);
      await association.respond(request, { status: SUCCESS });
    },
  };
}
