import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { Role } from "../../access/policy.ts";
import { DomainError } from "../../errors.ts";
import type { Database } from "../postgres/database.ts";
import { writeAudit } from "../postgres/write-audit.ts";
import { passwordMatches, UNKNOWN_ACCOUNT_HASH } from "./password.ts";
import { newToken, tokenSha256 } from "./secret-token.ts";

export const SESSION_HOURS = 12;

/** Checks name and password and opens a session. Throws `wrong-credentials`; both outcomes are in the audit. */
export async function openSession(
  db: Database,
  username: string,
  password: string,
): Promise<{ readonly token: string; readonly actor: Actor }> {
  const account = await db
    .selectFrom("account")
    .select(["id", "username", "password_hash"])
    .where("username", "=", username.trim().toLowerCase())
    .where("disabled_at", "is", null)
    .executeTakeFirst();
  const matches = await passwordMatches(account?.password_hash ?? (await UNKNOWN_ACCOUNT_HASH), password);
  if (!account || !matches) {
    await writeAudit(db, { actor: account?.username ?? "unknown", action: "session.open", outcome: "refused" });
    throw new DomainError("wrong-credentials");
  }
  const token = newToken();
  await db.transaction().execute(async (tx) => {
    await sql`DELETE FROM session WHERE expires_at < now()`.execute(tx);
    await sql`INSERT INTO session (token_sha256, account_id, expires_at)
      VALUES (${tokenSha256(token)}, ${account.id}, now() + make_interval(hours => ${SESSION_HOURS}))`.execute(tx);
    await writeAudit(tx, { actor: account.username, accountId: account.id, action: "session.open", outcome: "done" });
  });
  const actor = await actorOfSession(db, token);
  if (!actor) throw new DomainError("not-signed-in");
  return { token, actor };
}

export async function closeSession(db: Database, token: string): Promise<void> {
  await db.deleteFrom("session").where("token_sha256", "=", tokenSha256(token)).execute();
}

export async function actorOfSession(db: Database, token: string): Promise<Actor | null> {
  return actorWhere(
    db,
    sql`a.id = (SELECT account_id FROM session WHERE token_sha256 = ${tokenSha256(token)} AND expires_at > now())`,
  );
}

export async function actorOfKey(db: Database, key: string): Promise<Actor | null> {
  return actorWhere(
    db,
    sql`a.id = (SELECT account_id FROM api_key WHERE key_sha256 = ${tokenSha256(key)} AND revoked_at IS NULL)`,
  );
}

async function actorWhere(db: Database, condition: ReturnType<typeof sql>): Promise<Actor | null> {
  const { rows } = await sql<{
    id: string;
    username: string;
    display_name: string;
    grants: { siteId: string | null; role: Role }[];
  }>`
    SELECT a.id, a.username, a.display_name,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('siteId', r.site_id, 'role', r.role)), '[]') FROM account_role r WHERE r.account_id = a.id) AS grants
    FROM account a WHERE a.disabled_at IS NULL AND ${condition}`.execute(db);
  const row = rows[0];
  return row ? { accountId: row.id, username: row.username, displayName: row.display_name, grants: row.grants } : null;
}

/** Makes a bearer key for a machine; it is shown once and kept as a digest. Throws `not-found` for an unknown account. */
export async function createKey(db: Database, username: string, name: string): Promise<string> {
  const account = await db.selectFrom("account").select("id").where("username", "=", username).executeTakeFirst();
  if (!account) throw new DomainError("not-found");
  const key = `hub_${newToken()}`;
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto("api_key")
      .values({ account_id: account.id, name, key_sha256: tokenSha256(key) })
      .execute();
    await writeAudit(tx, { actor: "hub", action: "key.create", outcome: "done", detail: { username, name } });
  });
  return key;
}
