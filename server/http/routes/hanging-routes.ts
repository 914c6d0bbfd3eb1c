import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  chooseHangingProtocol,
  deleteHangingProtocol,
  getHanging,
  saveHangingProtocol,
} from "../../../core/infra/postgres/queries/hanging-queries.ts";
import type { Handlers } from "../api-router.ts";

type HangingOperation = "getHanging" | "saveHangingProtocol" | "deleteHangingProtocol" | "chooseHangingProtocol";

/** How the caller wants images hung. One's own doing alone: no audit line. */
export function hangingRoutes(db: Database): Pick<Handlers, HangingOperation> {
  return {
    getHanging: ({ actor }) => asActor(db, actor, getHanging),
    saveHangingProtocol: ({ actor, body }) =>
      asActor(db, actor, (tx) => saveHangingProtocol(tx, actor.accountId, { ...body, author: actor.displayName })),
    deleteHangingProtocol: async ({ actor, params }) => {
      await asActor(db, actor, (tx) => deleteHangingProtocol(tx, params.protocolId));
      return null;
    },
    chooseHangingProtocol: async ({ actor, params, body }) => {
      await asActor(db, actor, (tx) => chooseHangingProtocol(tx, actor.accountId, params, body));
      return null;
    },
  };
}
