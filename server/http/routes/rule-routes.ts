import type { Actor } from "../../../core/access/actor.ts";
import type { AuditAction } from "../../../core/audit/audit-actions.ts";
import type { AuditLine } from "../../../core/audit/audit-line.ts";
import { asHub, type HubTx } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  deleteForwardRule,
  listForwardRules,
  saveForwardRule,
} from "../../../core/infra/postgres/queries/forward-rules.ts";
import { deletePriorRule, listPriorRules, savePriorRule } from "../../../core/infra/postgres/queries/prior-rules.ts";
import { writeAudit } from "../../../core/infra/postgres/write-audit.ts";
import type { Handlers } from "../api-router.ts";

type RuleOperation =
  | "listForwardRules"
  | "createForwardRule"
  | "changeForwardRule"
  | "deleteForwardRule"
  | "listPriorRules"
  | "createPriorRule"
  | "changePriorRule"
  | "deletePriorRule";

/** What goes to other archives by itself, and what is fetched from them. Each change is written with its audit line. */
export function ruleRoutes(db: Database): Pick<Handlers, RuleOperation> {
  const changing = <T>(
    actor: Actor,
    action: AuditAction,
    work: (tx: HubTx) => Promise<T>,
    detailOf: (result: T) => NonNullable<AuditLine["detail"]>,
  ) =>
    asHub(db, async (tx) => {
      const result = await work(tx);
      const who = { actor: actor.username, accountId: actor.accountId };
      await writeAudit(tx, { ...who, action, outcome: "done", detail: detailOf(result) });
      return result;
    });
  const whole = <T extends NonNullable<AuditLine["detail"]>>(rule: T) => rule;
  return {
    listForwardRules: async () => ({ rules: [...(await listForwardRules(db))] }),
    createForwardRule: ({ actor, body }) =>
      changing(actor, "forward-rule.save", (tx) => saveForwardRule(tx, null, body), whole),
    changeForwardRule: ({ actor, params, body }) =>
      changing(actor, "forward-rule.save", (tx) => saveForwardRule(tx, params.ruleId, body), whole),
    deleteForwardRule: async ({ actor, params }) => {
      await changing(actor, "forward-rule.delete", (tx) => deleteForwardRule(tx, params.ruleId), whole);
      return null;
    },
    listPriorRules: async () => ({ rules: [...(await listPriorRules(db))] }),
    createPriorRule: ({ actor, body }) =>
      changing(actor, "prior-rule.save", (tx) => savePriorRule(tx, null, body), whole),
    changePriorRule: ({ actor, params, body }) =>
      changing(actor, "prior-rule.save", (tx) => savePriorRule(tx, params.ruleId, body), whole),
    deletePriorRule: async ({ actor, params }) => {
      await changing(actor, "prior-rule.delete", (tx) => deletePriorRule(tx, params.ruleId), whole);
      return null;
    },
  };
}
