import { sql } from "kysely";
import type { Role } from "../../../access/policy.ts";
import type { Answer, Body, Query } from "../../../api/payloads.ts";
import { REFUSED_REQUEST } from "../../../audit/audit-actions.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";

/** The administrator's tables: sites, accounts, devices, audit. They run as the hub; the policy is asked before. */
export async function listSites(tx: HubTx): Promise<Answer<"listSites">> {
  const sites = await tx.selectFrom("site").selectAll().orderBy("kind").orderBy("id").execute();
  const routes = await tx.selectFrom("reading_route").selectAll().orderBy("modality", "desc").execute();
  return {
    sites: sites.map((site) => ({
      id: site.id,
      name: site.name,
      nameEn: site.name_en,
      kind: site.kind,
      timeZone: site.time_zone,
      autoRequest: site.auto_request,
      quietSeconds: site.quiet_seconds,
      routes: routes
        .filter((route) => route.site_id === site.id)
        .map((route) => ({ modality: route.modality, centreSiteId: route.centre_site_id })),
    })),
  };
}

export async function changeSite(tx: HubTx, siteId: string, body: Body<"changeSite">): Promise<Answer<"changeSite">> {
  const done = await tx
    .updateTable("site")
    .set({ auto_request: body.autoRequest, quiet_seconds: body.quietSeconds })
    .where("id", "=", siteId)
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) throw new DomainError("not-found");
  const site = (await listSites(tx)).sites.find((s) => s.id === siteId);
  if (!site) throw new DomainError("not-found");
  return site;
}

export async function listAccounts(tx: HubTx): Promise<Answer<"listAccounts">> {
  const accounts = await tx
    .selectFrom("account")
    .select(["id", "username", "display_name", "title", "disabled_at"])
    .orderBy("username")
    .execute();
  const roles = await tx.selectFrom("account_role").selectAll().execute();
  return {
    accounts: accounts.map((account) => ({
      id: account.id,
      username: account.username,
      displayName: account.display_name,
      title: account.title,
      disabled: account.disabled_at !== null,
      roles: roles.filter((r) => r.account_id === account.id).map((r) => ({ role: r.role as Role, siteId: r.site_id })),
    })),
  };
}

interface AccountToWrite {
  readonly username?: string;
  readonly displayName: string;
  readonly title: string;
  readonly passwordHash?: string;
  readonly disabled: boolean;
  readonly roles: readonly { readonly role: Role; readonly siteId: string | null }[];
}

/** Creates (id null) or changes an account. A changed password or a disabled account ends its sessions. */
export async function writeAccount(
  tx: HubTx,
  id: string | null,
  account: AccountToWrite,
): Promise<Answer<"createAccount">> {
  const values = {
    display_name: account.displayName,
    title: account.title,
    disabled_at: account.disabled ? new Date() : null,
    ...(account.passwordHash ? { password_hash: account.passwordHash } : {}),
  };
  let accountId = id;
  if (accountId === null) {
    const row = await tx
      .insertInto("account")
      .values({ ...values, username: account.username ?? "", password_hash: account.passwordHash ?? "" })
      .onConflict((conflict) => conflict.column("username").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!row) throw new DomainError("request-invalid", { where: "username" });
    accountId = row.id;
  } else {
    const done = await tx.updateTable("account").set(values).where("id", "=", accountId).executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw new DomainError("not-found");
    if (account.passwordHash || account.disabled)
      await tx.deleteFrom("session").where("account_id", "=", accountId).execute();
  }
  const known = new Set((await tx.selectFrom("site").select("id").execute()).map((site) => site.id));
  if (account.roles.some((r) => r.siteId !== null && !known.has(r.siteId)))
    throw new DomainError("request-invalid", { where: "siteId" });
  if (account.roles.some((r) => (r.siteId === null) !== (r.role === "administrator")))
    throw new DomainError("request-invalid", { where: "roles" });
  await tx.deleteFrom("account_role").where("account_id", "=", accountId).execute();
  if (account.roles.length > 0)
    await tx
      .insertInto("account_role")
      .values(account.roles.map((r) => ({ account_id: accountId, site_id: r.siteId, role: r.role })))
      .execute();
  const written = (await listAccounts(tx)).accounts.find((a) => a.id === accountId);
  if (!written) throw new DomainError("not-found");
  return written;
}

export async function listApplicationEntities(tx: HubTx): Promise<Answer<"listApplicationEntities">> {
  const rows = await tx.selectFrom("application_entity").selectAll().orderBy("title").execute();
  return {
    applicationEntities: rows.map(({ title, site_id, host, port }) => ({ title, siteId: site_id, host, port })),
  };
}

export async function saveApplicationEntity(
  tx: HubTx,
  title: string,
  body: Body<"saveApplicationEntity">,
): Promise<Answer<"saveApplicationEntity">> {
  const site = await tx.selectFrom("site").select("id").where("id", "=", body.siteId).executeTakeFirst();
  if (!site) throw new DomainError("request-invalid", { where: "siteId" });
  const values = { site_id: body.siteId, host: body.host, port: body.port };
  await tx
    .insertInto("application_entity")
    .values({ title, ...values })
    .onConflict((conflict) => conflict.column("title").doUpdateSet(values))
    .execute();
  return { title, ...body };
}

/** Only once nothing names it any more: throws `application-entity-in-use` with what still does. */
export async function deleteApplicationEntity(tx: HubTx, title: string): Promise<void> {
  await tx.selectFrom("application_entity").select("title").where("title", "=", title).forUpdate().execute();
  const { rows } = await sql<Record<"forwardRules" | "priorRules" | "transfers" | "orders", number>>`
    SELECT (SELECT count(*)::int FROM forward_rule WHERE destination = ${title} OR source = ${title}) AS "forwardRules",
      (SELECT count(*)::int FROM prior_rule WHERE source = ${title}) AS "priorRules",
      (SELECT count(DISTINCT t.id)::int FROM outbox o JOIN transfer t ON t.id = (o.payload ->> 'transferId')::uuid
        WHERE o.name IN ('forward-study', 'fetch-priors') AND o.failed_at IS NULL AND t.destination = ${title}) AS transfers,
      (SELECT count(*)::int FROM scheduled_step
        WHERE station_ae_title = ${title} AND state IN ('scheduled', 'started')) AS orders`.execute(tx);
  const uses = rows[0];
  if (uses && Object.values(uses).some((count) => count > 0))
    throw new DomainError("application-entity-in-use", { title, ...uses });
  const done = await tx.deleteFrom("application_entity").where("title", "=", title).executeTakeFirst();
  if (done.numDeletedRows === 0n) throw new DomainError("not-found");
}

export async function listAuditEvents(tx: HubTx, query: Query<"listAuditEvents">): Promise<Answer<"listAuditEvents">> {
  const { rows } = await sql<{
    id: string;
    at: Date;
    actor: string;
    action: string;
    outcome: "done" | "refused";
    study_instance_uid: string | null;
    task_id: string | null;
    sealed: boolean;
  }>`
    SELECT e.id, e.at, e.actor, e.action, e.outcome, s.study_instance_uid, e.task_id, x.event_id IS NOT NULL AS sealed
    FROM audit_event e LEFT JOIN study s ON s.id = e.study_id LEFT JOIN audit_seal x ON x.event_id = e.id
    WHERE ${ofAction(query.action)} AND (${query.before ?? null}::bigint IS NULL OR e.id < ${query.before ?? null}::bigint)
    ORDER BY e.id DESC LIMIT ${query.limit}`.execute(tx);
  return {
    events: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actor: row.actor,
      action: row.action,
      outcome: row.outcome,
      studyInstanceUid: row.study_instance_uid,
      taskId: row.task_id,
      sealed: row.sealed,
    })),
  };
}

/** Refused requests are written under their method and path: they are looked for together. */
function ofAction(action: Query<"listAuditEvents">["action"]) {
  if (action === undefined) return sql`true`;
  return action === REFUSED_REQUEST ? sql`e.action LIKE '% /%'` : sql`e.action = ${action}`;
}

export async function systemStatus(tx: HubTx): Promise<Answer<"getSystemStatus">> {
  const { rows } = await sql<Record<string, string>>`
    SELECT (SELECT count(*) FROM study) AS studies,
      (SELECT coalesce(sum(instance_count), 0) FROM study) AS instances,
      (SELECT coalesce(sum(bytes), 0) FROM study) AS bytes,
      (SELECT count(*) FROM outbox WHERE kind = 'job' AND failed_at IS NULL) AS outbox_waiting,
      (SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL) AS outbox_failed,
      (SELECT count(*) FROM audit_event) - (SELECT count(*) FROM audit_seal) AS audit_unsealed`.execute(tx);
  const tasks = await tx
    .selectFrom("reading_task")
    .select((e) => ["state", e.fn.countAll<string>().as("count")])
    .groupBy("state")
    .execute();
  const row = rows[0] ?? {};
  return {
    studies: Number(row.studies),
    instances: Number(row.instances),
    bytes: Number(row.bytes),
    tasks: Object.fromEntries(tasks.map((t) => [t.state, Number(t.count)])),
    outboxWaiting: Number(row.outbox_waiting),
    outboxFailed: Number(row.outbox_failed),
    auditUnsealed: Number(row.audit_unsealed),
  };
}
