import type { Answer, Body } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import type { Database } from "../database.ts";
import { lockApplicationEntity } from "../lock-application-entity.ts";

type ForwardRule = Answer<"createForwardRule">;
type Fields = Body<"createForwardRule">;

/** Which studies are sent on by themselves, and where to. Runs as the hub; the policy is asked before. */
export async function listForwardRules(db: Database): Promise<readonly ForwardRule[]> {
  const rows = await db
    .selectFrom("forward_rule")
    .selectAll()
    .orderBy("site_id")
    .orderBy("destination")
    .orderBy("modality")
    .orderBy("source")
    .execute();
  return rows.map(({ id, site_id: siteId, source, modality, destination }) => ({
    id,
    siteId,
    source,
    modality,
    destination,
  }));
}

/**
 * A new rule, or another content of one. A destination is a device of the site, or of a centre that its studies are routed to:
 * another institution's never may see them. Whether it may see a study is asked again when it is sent. Throws `not-found`,
 * `request-invalid`, `destination-may-not-see`, `rule-exists`.
 */
export async function saveForwardRule(tx: HubTx, ruleId: string | null, rule: Fields): Promise<ForwardRule> {
  const site = await tx.selectFrom("site").select("id").where("id", "=", rule.siteId).executeTakeFirst();
  if (!site) throw new DomainError("request-invalid", { where: "siteId" });
  const destination = await lockApplicationEntity(tx, rule.destination);
  if (!destination?.isCallable) throw new DomainError("request-invalid", { where: "destination" });
  if (rule.source !== "") {
    const source = await lockApplicationEntity(tx, rule.source);
    if (source?.siteId !== rule.siteId || rule.source === rule.destination)
      throw new DomainError("request-invalid", { where: "source" });
  }
  if (!(await mayEverSee(tx, rule.siteId, destination.siteId)))
    throw new DomainError("destination-may-not-see", { aeTitle: rule.destination });
  const values = {
    site_id: rule.siteId,
    source: rule.source,
    modality: rule.modality,
    destination: rule.destination,
  };
  const same = await tx
    .selectFrom("forward_rule")
    .select("id")
    .where((e) => e.and(values))
    .executeTakeFirst();
  if (same && same.id !== ruleId) throw new DomainError("rule-exists");
  const saved =
    ruleId === null
      ? await tx.insertInto("forward_rule").values(values).returning("id").executeTakeFirst()
      : await tx.updateTable("forward_rule").set(values).where("id", "=", ruleId).returning("id").executeTakeFirst();
  if (!saved) throw new DomainError("not-found");
  return { id: saved.id, ...rule };
}

/** What it has begun goes on. Gives what it was. */
export async function deleteForwardRule(tx: HubTx, ruleId: string): Promise<Fields> {
  const row = await tx.deleteFrom("forward_rule").where("id", "=", ruleId).returningAll().executeTakeFirst();
  if (!row) throw new DomainError("not-found");
  return { siteId: row.site_id, source: row.source, modality: row.modality, destination: row.destination };
}

async function mayEverSee(tx: HubTx, fromSiteId: string, toSiteId: string): Promise<boolean> {
  if (fromSiteId === toSiteId) return true;
  const route = await tx
    .selectFrom("reading_route")
    .select("modality")
    .where("site_id", "=", fromSiteId)
    .where("centre_site_id", "=", toSiteId)
    .limit(1)
    .executeTakeFirst();
  return route !== undefined;
}
