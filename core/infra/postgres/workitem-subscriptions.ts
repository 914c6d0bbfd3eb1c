import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { WorkitemPlace } from "../../reading/workitem.ts";
import type { HubTx } from "./as-actor.ts";
import { writeAudit } from "./write-audit.ts";

/** The well-known workitems that stand for all there are, and for those that match (PS3.4 §CC.2.3). */
export const ALL_WORKITEMS = "1.2.840.10008.5.1.4.34.5";
export const FILTERED_WORKITEMS = "1.2.840.10008.5.1.4.34.5.1";

export interface SubscriptionFilter {
  readonly name: string;
  readonly value: string;
}

export interface Subscriber {
  readonly actor: Actor;
  readonly aeTitle: string;
}

/** What a subscriber asked to be told of one workitem: by its own UID, or by a well-known one and its filter. */
export type SubscriptionVerdict =
  | { readonly kind: "subscribed" }
  | { readonly kind: "not-subscribed" }
  | { readonly kind: "if-it-matches"; readonly filter: readonly SubscriptionFilter[] };

/** Subscribes, again without harm; gives the subscription's id. Subscribing to all begins anew. */
export async function subscribe(
  tx: HubTx,
  { actor, aeTitle }: Subscriber,
  workitemUid: string,
  filter: readonly SubscriptionFilter[] = [],
): Promise<string> {
  if (workitemUid === ALL_WORKITEMS) await removeAll(tx, { actor, aeTitle });
  const row = {
    account_id: actor.accountId,
    ae_title: aeTitle,
    workitem_uid: workitemUid,
    filter: JSON.stringify(filter),
    is_subscribed: true,
    suspended_at: null,
  };
  const { id } = await tx
    .insertInto("workitem_subscription")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account_id", "ae_title", "workitem_uid"]).doUpdateSet(row))
    .returning("id")
    .executeTakeFirstOrThrow();
  await note(tx, { actor, aeTitle }, "subscribe", workitemUid);
  return id;
}

/**
 * Ends one subscription, or with a well-known UID every one; one workitem may be taken out of a global one. False where there
 * was none to end.
 */
export async function unsubscribe(tx: HubTx, subscriber: Subscriber, workitemUid: string): Promise<boolean> {
  const { actor, aeTitle } = subscriber;
  const isGlobal = workitemUid === ALL_WORKITEMS || workitemUid === FILTERED_WORKITEMS;
  const held = await tx
    .selectFrom("workitem_subscription")
    .select(["workitem_uid", "is_subscribed"])
    .where("account_id", "=", actor.accountId)
    .where("ae_title", "=", aeTitle)
    .$if(!isGlobal, (select) => select.where("workitem_uid", "in", [workitemUid, ALL_WORKITEMS, FILTERED_WORKITEMS]))
    .execute();
  const own = held.find((row) => row.workitem_uid === workitemUid);
  if (held.length === 0 || (!isGlobal && own?.is_subscribed === false)) return false;
  if (isGlobal) await removeAll(tx, subscriber);
  else {
    const row = {
      account_id: actor.accountId,
      ae_title: aeTitle,
      workitem_uid: workitemUid,
      filter: "[]",
      is_subscribed: false,
    };
    await tx
      .insertInto("workitem_subscription")
      .values(row)
      .onConflict((conflict) => conflict.columns(["account_id", "ae_title", "workitem_uid"]).doUpdateSet(row))
      .execute();
  }
  await note(tx, subscriber, "unsubscribe", workitemUid);
  return true;
}

/** Workitems made from now on are not subscribed to; those there are stay so (PS3.4 §CC.2.3.3). */
export async function suspend(tx: HubTx, { actor, aeTitle }: Subscriber, workitemUid: string): Promise<boolean> {
  const done = await tx
    .updateTable("workitem_subscription")
    .set({ suspended_at: sql`coalesce(suspended_at, clock_timestamp())` })
    .where("account_id", "=", actor.accountId)
    .where("ae_title", "=", aeTitle)
    .where("workitem_uid", "=", workitemUid)
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  await note(tx, { actor, aeTitle }, "suspend", workitemUid);
  return true;
}

/** Is this one to be told of it? `madeAt`: when the workitem was made. */
export async function subscriptionTo(
  tx: HubTx,
  aeTitle: string,
  workitemUid: string,
  madeAt: Date,
): Promise<SubscriptionVerdict> {
  const rows = await tx
    .selectFrom("workitem_subscription")
    .select(["workitem_uid", "is_subscribed", "filter", "suspended_at"])
    .where("ae_title", "=", aeTitle)
    .where("workitem_uid", "in", [workitemUid, ALL_WORKITEMS, FILTERED_WORKITEMS])
    .execute();
  const own = rows.find((row) => row.workitem_uid === workitemUid);
  if (own) return { kind: own.is_subscribed ? "subscribed" : "not-subscribed" };
  const inTime = rows.filter(({ suspended_at }) => suspended_at === null || madeAt <= suspended_at);
  if (inTime.some((row) => row.workitem_uid === ALL_WORKITEMS)) return { kind: "subscribed" };
  const filtered = inTime.find((row) => row.workitem_uid === FILTERED_WORKITEMS);
  return filtered ? { kind: "if-it-matches", filter: filtered.filter } : { kind: "not-subscribed" };
}

/** Says how the workitem stands to the one who has just subscribed to it, in the hub's own line of events. */
export async function announceTo(
  tx: HubTx,
  subscriptionId: string,
  { taskId, number }: WorkitemPlace,
  state: string,
): Promise<void> {
  const payload = { topic: "workitem", taskId, number, event: "state", state, subscriptionId };
  await tx
    .insertInto("outbox")
    .values({ kind: "live", name: "change", payload: JSON.stringify(payload) })
    .execute();
}

/** Under the rights of `tx`: is the subscription that of this AE title of the same account? */
export async function isSubscriptionOf(tx: HubTx, subscriptionId: string, aeTitle: string): Promise<boolean> {
  const row = await tx
    .selectFrom("workitem_subscription")
    .select("id")
    .where("id", "=", subscriptionId)
    .where("ae_title", "=", aeTitle)
    .where("is_subscribed", "=", true)
    .executeTakeFirst();
  return row !== undefined;
}

async function removeAll(tx: HubTx, { actor, aeTitle }: Subscriber): Promise<void> {
  await tx
    .deleteFrom("workitem_subscription")
    .where("account_id", "=", actor.accountId)
    .where("ae_title", "=", aeTitle)
    .execute();
}

async function note(
  tx: HubTx,
  { actor, aeTitle }: Subscriber,
  what: "subscribe" | "unsubscribe" | "suspend",
  workitemUid: string,
): Promise<void> {
  await writeAudit(tx, {
    actor: actor.username,
    accountId: actor.accountId,
    action: `workitem.${what}`,
    outcome: "done",
    detail: { workitemUid, aeTitle },
  });
}
