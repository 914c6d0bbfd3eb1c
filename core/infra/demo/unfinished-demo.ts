import { DEMO_ACCOUNTS } from "../../demo/demo-district.ts";
import { asHub } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { hashPassword } from "../sign-in/password.ts";

/** The moment at which the demo district was begun, while its studies are not all there; null when nothing is to be done. */
export async function unfinishedDemo(db: Database): Promise<Date | null> {
  const row = await db.selectFrom("demo_seed").select("began_at").where("stored_at", "is", null).executeTakeFirst();
  return row?.began_at ?? null;
}

export async function noteDemoStored(db: Database): Promise<void> {
  await db.updateTable("demo_seed").set({ stored_at: new Date() }).where("stored_at", "is", null).execute();
}

/**
 * Gives the accounts of a demo whose first start was broken off another password: the first may never have been said. False
 * when there is no such demo.
 */
export async function renewDemoPassword(db: Database, password: string): Promise<boolean> {
  if ((await unfinishedDemo(db)) === null) return false;
  const passwordHash = await hashPassword(password);
  const usernames = DEMO_ACCOUNTS.map(({ username }) => username);
  await asHub(db, (tx) =>
    tx.updateTable("account").set({ password_hash: passwordHash }).where("username", "in", usernames).execute(),
  );
  return true;
}
