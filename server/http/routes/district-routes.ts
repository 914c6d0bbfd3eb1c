import type { Actor } from "../../../core/access/actor.ts";
import type { AuditAction } from "../../../core/audit/audit-actions.ts";
import { asHub, type HubTx } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  changeSite,
  deleteApplicationEntity,
  listAccounts,
  listApplicationEntities,
  listAuditEvents,
  listSites,
  saveApplicationEntity,
  systemStatus,
  writeAccount,
} from "../../../core/infra/postgres/queries/district-queries.ts";
import { writeAudit } from "../../../core/infra/postgres/write-audit.ts";
import { hashPassword } from "../../../core/infra/sign-in/password.ts";
import type { Handlers } from "../api-router.ts";

type DistrictOperation =
  | "listSites"
  | "changeSite"
  | "listAccounts"
  | "createAccount"
  | "changeAccount"
  | "listApplicationEntities"
  | "saveApplicationEntity"
  | "deleteApplicationEntity"
  | "listAuditEvents"
  | "getSystemStatus";

/** The administrator's desk. Each change is written together with its audit line. */
export function districtRoutes(db: Database): Pick<Handlers, DistrictOperation> {
  const changing = <T>(
    actor: Actor,
    action: AuditAction,
    detail: Record<string, string | null>,
    work: (tx: HubTx) => Promise<T>,
  ) =>
    asHub(db, async (tx) => {
      const result = await work(tx);
      await writeAudit(tx, { actor: actor.username, accountId: actor.accountId, action, outcome: "done", detail });
      return result;
    });
  return {
    listSites: () => asHub(db, listSites),
    changeSite: ({ actor, params, body }) =>
      changing(actor, "site.change", { siteId: params.siteId }, (tx) => changeSite(tx, params.siteId, body)),
    listAccounts: () => asHub(db, listAccounts),
    createAccount: async ({ actor, body }) => {
      const { password, ...account } = body;
      const passwordHash = await hashPassword(password);
      return changing(actor, "account.create", { username: body.username }, (tx) =>
        writeAccount(tx, null, { ...account, passwordHash, disabled: false }),
      );
    },
    changeAccount: async ({ actor, params, body }) => {
      const { password, ...account } = body;
      const passwordHash = password ? await hashPassword(password) : undefined;
      return changing(actor, "account.change", { accountId: params.accountId }, (tx) =>
        writeAccount(tx, params.accountId, { ...account, ...(passwordHash ? { passwordHash } : {}) }),
      );
    },
    listApplicationEntities: () => asHub(db, listApplicationEntities),
    saveApplicationEntity: ({ actor, params, body }) =>
      changing(actor, "application-entity.save", { title: params.title, siteId: body.siteId }, (tx) =>
        saveApplicationEntity(tx, params.title, body),
      ),
    deleteApplicationEntity: ({ actor, params }) =>
      changing(actor, "application-entity.delete", { title: params.title }, async (tx) => {
        await deleteApplicationEntity(tx, params.title);
        return null;
      }),
    listAuditEvents: ({ query }) => asHub(db, (tx) => listAuditEvents(tx, query)),
    getSystemStatus: () => asHub(db, systemStatus),
  };
}
