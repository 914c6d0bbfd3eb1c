import { PAYLOADS } from "../../core/api/payloads.ts";
import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { writeAccount } from "../../core/infra/postgres/queries/district-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { hashPassword } from "../../core/infra/sign-in/password.ts";
import { newToken } from "../../core/infra/sign-in/secret-token.ts";
import type { Options } from "./options.ts";

export async function addUser(db: Database, [username]: readonly string[], options: Options): Promise<number> {
  const password = newToken().slice(0, 16);
  const account = PAYLOADS.createAccount.body.safeParse({
    username,
    displayName: options.display ?? username,
    title: options.title ?? "",
    password,
    roles: [{ role: options.role, siteId: options.site ?? null }],
  });
  if (!account.success)
    throw new DomainError("request-invalid", {
      where: account.error.issues.map((issue) => issue.path.join(".")).join(", "),
    });
  const passwordHash = await hashPassword(password);
  await asHub(db, async (tx) => {
    await writeAccount(tx, null, { ...account.data, passwordHash, disabled: false });
    await writeAudit(tx, {
      actor: "hub",
      action: "account.create",
      outcome: "done",
      detail: { username: account.data.username },
    });
  });
  console.log(password);
  return 0;
}

export async function createUserKey(db: Database, _words: readonly string[], options: Options): Promise<number> {
  if (!options.user || !options.name) throw new DomainError("request-invalid", { where: "--user, --name" });
  console.log(await createKey(db, options.user, options.name));
  return 0;
}
