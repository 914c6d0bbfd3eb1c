import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { listNotices, markNoticeSeen } from "../../../core/infra/postgres/queries/notice-queries.ts";
import type { Handlers } from "../api-router.ts";

export function noticeRoutes(db: Database): Pick<Handlers, "listNotices" | "markNoticeSeen"> {
  return {
    listNotices: ({ actor }) => asActor(db, actor, listNotices),
    markNoticeSeen: async ({ actor, params }) => {
      await asActor(db, actor, (tx) => markNoticeSeen(tx, params.noticeId, actor.accountId));
      return null;
    },
  };
}
