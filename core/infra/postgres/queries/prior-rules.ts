import type { Answer, Body } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import type { Database } from "../database.ts";
import { lockApplicationEntity } from "../lock-application-entity.ts";

type PriorRule = Answer<"createPriorRule">;
type Fields = Body<"createPriorRule">;

/** From which PACS a patient's earlier studies are fetched. Runs as the hub; the policy is asked before. */
export async function listPriorRules(db: Database): Promise<readonly PriorRule[]> {
  const rows = await db
    .selectFrom("prior_rule")
    .selectAll()
    .orderBy("site_id")
    .orderBy("source")
    .orderBy("modality")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id,
    source: row.source,
    modality: row.modality,
    issuer: row.issuer,
    years: row.years,
    mostStudies: row.most_studies,
  }));
}

/**
 * A new rule, or another content of one. The PACS has to be registered at the site itself: patient IDs are unique with their
 * issuer only, and the AE title's site is the issuer of all that the PACS sends. Throws `not-found`, `request-invalid`,
 * `rule-exists`.
 */
export async function savePriorRule(tx: HubTx, ruleId: string | null, rule: Fields): Promise<PriorRule> {
  const source = await lockApplicationEntity(tx, rule.source);
  if (!source?.isCallable || source.siteId !== rule.siteId)
    throw new DomainError("request-invalid", { where: "source" });
  const key = { site_id: rule.siteId, source: rule.source, modality: rule.modality };
  const values = { ...key, issuer: rule.issuer, years: rule.years, most_studies: rule.mostStudies };
  const same = await findPriorRule(tx, rule);
  if (same !== null && same !== ruleId) throw new DomainError("rule-exists");
  const saved =
    ruleId === null
      ? await tx.insertInto("prior_rule").values(values).returning("id").executeTakeFirst()
      : await tx.updateTable("prior_rule").set(values).where("id", "=", ruleId).returning("id").executeTakeFirst();
  if (!saved) throw new DomainError("not-found");
  return { id: saved.id, ...rule };
}

/** The one of a site for a PACS and a modality. */
export async function findPriorRule(
  tx: HubTx,
  { siteId, source, modality }: Pick<Fields, "siteId" | "source" | "modality">,
): Promise<string | null> {
  const row = await tx
    .selectFrom("prior_rule")
    .select("id")
    .where((e) => e.and({ site_id: siteId, source, modality }))
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Gives what it was. */
export async function deletePriorRule(
  tx: HubTx,
  ruleId: string,
): Promise<Pick<Fields, "siteId" | "source" | "modality">> {
  const row = await tx.deleteFrom("prior_rule").where("id", "=", ruleId).returningAll().executeTakeFirst();
  if (!row) throw new DomainError("not-found");
  return { siteId: row.site_id, source: row.source, modality: row.modality };
}
