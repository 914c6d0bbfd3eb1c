import type { Actor } from "../../../core/access/actor.ts";
import type { AuditAction } from "../../../core/audit/audit-actions.ts";
import { asHub, type HubTx } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { confirmDeletions } from "../../../core/infra/postgres/deletions.ts";
import {
  changeColdTier,
  deleteRetentionClass,
  getRetention,
  liftHold,
  saveRetentionClass,
  setHold,
} from "../../../core/infra/postgres/queries/retention-queries.ts";
import { writeAudit } from "../../../core/infra/postgres/write-audit.ts";
import type { Settings } from "../../../core/infra/settings.ts";
import type { Handlers } from "../api-router.ts";

type RetentionOperation =
  | "getRetention"
  | "saveRetentionClass"
  | "deleteRetentionClass"
  | "changeColdTier"
  | "setHold"
  | "liftHold"
  | "confirmDeletions";

/** What is kept for how long, what is held, what may go: the administrator's, each change with its audit line. */
export function retentionRoutes(db: Database, settings: Pick<Settings, "cold">): Pick<Handlers, RetentionOperation> {
  const changing = (
    actor: Actor,
    action: AuditAction,
    detail: Record<string, string | number | null>,
    work: (tx: HubTx) => Promise<void>,
  ) =>
    asHub(db, async (tx) => {
      await work(tx);
      await writeAudit(tx, { actor: actor.username, accountId: actor.accountId, action, outcome: "done", detail });
      return null;
    });
  return {
    getRetention: () => asHub(db, (tx) => getRetention(tx, settings.cold !== undefined)),
    saveRetentionClass: ({ actor, params, body }) =>
      changing(actor, "retention.change", { ...params, ...body }, (tx) =>
        saveRetentionClass(tx, params.siteId, params.modality, body),
      ),
    deleteRetentionClass: ({ actor, params }) =>
      changing(actor, "retention.delete", params, (tx) => deleteRetentionClass(tx, params.siteId, params.modality)),
    changeColdTier: ({ actor, params, body }) =>
      changing(actor, "tier.change", { ...params, ...body }, (tx) =>
        changeColdTier(tx, params.siteId, body.coldAfterDays),
      ),
    setHold: async ({ actor, params, body }) => {
      await asHub(db, (tx) => setHold(tx, actor, params.studyInstanceUid, body.reason));
      return null;
    },
    liftHold: async ({ actor, params, body }) => {
      await asHub(db, (tx) => liftHold(tx, actor, params.studyInstanceUid, body.reason));
      return null;
    },
    confirmDeletions: ({ actor, body }) =>
      asHub(db, async (tx) => ({ confirmed: await confirmDeletions(tx, actor, body.deletionIds) })),
  };
}
