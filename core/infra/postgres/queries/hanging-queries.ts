import { sql } from "kysely";
import type { Answer, Body, Params } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import { HangingProtocol } from "../../../reading/hanging/hanging-protocol.ts";
import { SHIPPED_PROTOCOLS } from "../../../reading/hanging/shipped-protocols.ts";
import type { HubTx } from "../as-actor.ts";

/** More of one's own than a menu can show. */
const MOST_OWN = 30;

/** Row-level security says whose they are. A protocol that an older hub saved and this one cannot read is left out. */
export async function getHanging(tx: HubTx): Promise<Answer<"getHanging">> {
  const own = await tx.selectFrom("hanging_protocol").select(["id", "protocol"]).orderBy("name").execute();
  const choices = await tx.selectFrom("hanging_choice").select(["exam_kind", "protocol_id"]).execute();
  return {
    own: own.flatMap(({ id, protocol }) => {
      const read = HangingProtocol.safeParse(protocol);
      return read.success ? [{ id, protocol: read.data }] : [];
    }),
    choices: choices.map((row) => ({ examKind: row.exam_kind, protocolId: row.protocol_id })),
  };
}

/** A new one, or another content of the one of that name. Throws `hanging-protocols-full`. */
export async function saveHangingProtocol(
  tx: HubTx,
  accountId: string,
  protocol: Body<"saveHangingProtocol">,
): Promise<Answer<"saveHangingProtocol">> {
  // so that two pages at once do not go over the limit
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`hanging ${accountId}`}, 0))`.execute(tx);
  const name = protocol.name.zh;
  const others = await tx.selectFrom("hanging_protocol").select("id").where("name", "<>", name).execute();
  if (others.length >= MOST_OWN) throw new DomainError("hanging-protocols-full", { most: MOST_OWN });
  const content = JSON.stringify(protocol);
  const saved = await tx
    .insertInto("hanging_protocol")
    .values({ account_id: accountId, name, protocol: content })
    .onConflict((conflict) =>
      conflict.columns(["account_id", "name"]).doUpdateSet({ protocol: content, saved_at: sql`now()` }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id: saved.id, protocol };
}

/** Where it was chosen, the hub chooses again. Throws `not-found`. */
export async function deleteHangingProtocol(tx: HubTx, protocolId: string): Promise<void> {
  const gone = await tx.deleteFrom("hanging_protocol").where("id", "=", protocolId).returning("id").executeTakeFirst();
  if (!gone) throw new DomainError("not-found");
  await tx.deleteFrom("hanging_choice").where("protocol_id", "=", protocolId).execute();
}

/** Throws `request-invalid` for a protocol that is neither the hub's nor the caller's own. */
export async function chooseHangingProtocol(
  tx: HubTx,
  accountId: string,
  { examKind }: Params<"chooseHangingProtocol">,
  { protocolId }: Body<"chooseHangingProtocol">,
): Promise<void> {
  const known =
    SHIPPED_PROTOCOLS.some(({ id }) => id === protocolId) ||
    (!protocolId.startsWith("hub.") &&
      (await tx.selectFrom("hanging_protocol").select("id").where("id", "=", protocolId).executeTakeFirst()) !==
        undefined);
  if (!known) throw new DomainError("request-invalid", { where: "protocolId" });
  await tx
    .insertInto("hanging_choice")
    .values({ account_id: accountId, exam_kind: examKind, protocol_id: protocolId })
    .onConflict((conflict) =>
      conflict.columns(["account_id", "exam_kind"]).doUpdateSet({ protocol_id: protocolId, chosen_at: sql`now()` }),
    )
    .execute();
}
