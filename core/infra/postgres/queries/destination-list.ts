import { sql } from "kysely";
import type { Actor } from "../../../access/actor.ts";
import type { Answer, Body } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { writeAudit } from "../write-audit.ts";

type Destination = Answer<"changeDestination">;

interface Row extends Omit<Destination, "site" | "hold" | "backOff" | "lastFailure" | "state"> {
  readonly siteId: string;
  readonly siteName: string;
  readonly siteNameEn: string;
  readonly reason: string | null;
  readonly heldUntil: Date | null;
  readonly heldAt: Date;
  readonly heldBy: string;
  readonly failures: number | null;
  readonly backOffUntil: Date;
  readonly failure: string | null;
  readonly failedAt: Date;
}

const OF_TRANSFERS = sql`outbox WHERE name IN ('forward-study', 'fetch-priors')`;
const isOf = (title: string) => sql`EXISTS (
  SELECT 1 FROM transfer t WHERE t.id = (payload ->> 'transferId')::uuid AND t.destination = ${title})`;

/** Every AE title that the hub can call, and how it stands with it. Runs as the hub; the policy is asked before. */
export async function listDestinations(tx: HubTx): Promise<Answer<"listDestinations">> {
  return { destinations: await read(tx, null) };
}

/** The counts are of what is to be done, of one day, and of what fails: none grows with the archive. */
async function read(tx: HubTx, title: string | null): Promise<Destination[]> {
  const { rows } = await sql<Row>`
    WITH work AS (
      SELECT t.destination, count(*) FILTER (WHERE j.is_waiting)::int AS queued,
        count(*) FILTER (WHERE NOT j.is_waiting)::int AS failed
      FROM (SELECT payload ->> 'transferId' AS id, bool_or(failed_at IS NULL) AS is_waiting FROM ${OF_TRANSFERS} GROUP BY 1) j
      JOIN transfer t ON t.id = j.id::uuid GROUP BY 1)
    SELECT e.title, e.host, e.port, e.tls_only AS "isTls", e.max_outgoing AS "maxOutgoing",
      s.id AS "siteId", s.name AS "siteName", s.name_en AS "siteNameEn",
      h.reason, h.until AS "heldUntil", h.held_at AS "heldAt", h.held_by AS "heldBy",
      p.failures, p.until AS "backOffUntil", f.failure, f.changed_at AS "failedAt",
      coalesce(w.queued, 0) AS queued, coalesce(w.failed, 0) AS failed,
      (SELECT count(*)::int FROM transfer d WHERE d.destination = e.title AND d.done_at > now() - interval '1 day') AS "doneLastDay"
    FROM application_entity e JOIN site s ON s.id = e.site_id
    LEFT JOIN destination_hold h ON h.ae_title = e.title AND (h.until IS NULL OR h.until > now())
    LEFT JOIN destination_pause p ON p.ae_title = e.title
    LEFT JOIN work w ON w.destination = e.title
    LEFT JOIN LATERAL (SELECT t.failure, t.changed_at FROM transfer t WHERE t.destination = e.title AND t.failure IS NOT NULL
      ORDER BY t.changed_at DESC LIMIT 1) f ON true
    WHERE e.host IS NOT NULL AND e.port IS NOT NULL AND (${title}::text IS NULL OR e.title = ${title}) ORDER BY e.title`.execute(
    tx,
  );
  return rows.map(destinationOf);
}

function destinationOf(row: Row): Destination {
  const { title, host, port, isTls, maxOutgoing, queued, failed, doneLastDay } = row;
  return {
    title,
    site: { id: row.siteId, name: row.siteName, nameEn: row.siteNameEn },
    host,
    port,
    isTls,
    maxOutgoing,
    state: row.reason !== null ? "held" : row.failures !== null ? "backing-off" : "running",
    hold:
      row.reason === null
        ? null
        : {
            reason: row.reason,
            until: row.heldUntil?.toISOString() ?? null,
            heldAt: row.heldAt.toISOString(),
            heldBy: row.heldBy,
          },
    backOff: row.failures === null ? null : { failures: row.failures, until: row.backOffUntil.toISOString() },
    queued,
    failed,
    doneLastDay,
    lastFailure: row.failure === null ? null : { failure: row.failure, at: row.failedAt.toISOString() },
  };
}

async function readOne(tx: HubTx, title: string): Promise<Destination> {
  const [destination] = await read(tx, title);
  if (!destination) throw new DomainError("not-found", { aeTitle: title });
  return destination;
}

export async function changeDestination(
  tx: HubTx,
  actor: Actor,
  title: string,
  { maxOutgoing }: Body<"changeDestination">,
): Promise<Destination> {
  await readOne(tx, title);
  await tx.updateTable("application_entity").set({ max_outgoing: maxOutgoing }).where("title", "=", title).execute();
  await writeAudit(tx, { ...by(actor), action: "destination.change", detail: { title, maxOutgoing } });
  return readOne(tx, title);
}

/** Nothing more is begun there; what is on its way comes to its end. */
export async function holdDestination(
  tx: HubTx,
  actor: Actor,
  title: string,
  { reason, until }: Body<"holdDestination">,
): Promise<Destination> {
  await readOne(tx, title);
  if (until !== null && Date.parse(until) <= Date.now()) throw new DomainError("request-invalid", { where: "until" });
  const values = { reason, until, held_at: new Date(), held_by: actor.displayName };
  await tx
    .insertInto("destination_hold")
    .values({ ae_title: title, ...values })
    .onConflict((conflict) => conflict.column("ae_title").doUpdateSet(values))
    .execute();
  await writeAudit(tx, { ...by(actor), action: "destination.hold", detail: { title, until } });
  return readOne(tx, title);
}

/** At once, whether an administrator held it or the hub left it alone. */
export async function resumeDestination(tx: HubTx, actor: Actor, title: string): Promise<Destination> {
  await readOne(tx, title);
  await tx.deleteFrom("destination_hold").where("ae_title", "=", title).execute();
  await tx.deleteFrom("destination_pause").where("ae_title", "=", title).execute();
  // jobs that were put off come back much later; the ones that these were made of find nothing left to do
  await sql`
    WITH put_off AS (DELETE FROM ${OF_TRANSFERS} AND failed_at IS NULL
      AND ${isOf(title)}
      RETURNING name, payload)
    INSERT INTO outbox (kind, name, payload) SELECT DISTINCT 'job', name, payload FROM put_off`.execute(tx);
  await writeAudit(tx, { ...by(actor), action: "destination.resume", detail: { title } });
  return readOne(tx, title);
}

/** Everything that was given up there, once more and counted anew; how many. */
export async function retryTransfers(tx: HubTx, actor: Actor, title: string): Promise<Answer<"retryTransfers">> {
  await readOne(tx, title);
  const { rows } = await sql<{ retried: number }>`
    WITH given_up AS (DELETE FROM ${OF_TRANSFERS} AND failed_at IS NOT NULL
      AND ${isOf(title)} RETURNING name, payload),
    begun AS (UPDATE transfer SET attempts = 0, next_at = NULL, changed_at = now(), done_at = NULL,
        is_by_hand = is_by_hand OR kind = 'priors'
      WHERE id IN (SELECT (payload ->> 'transferId')::uuid FROM given_up) RETURNING id),
    asked AS (INSERT INTO outbox (kind, name, payload) SELECT DISTINCT 'job', name, payload FROM given_up RETURNING id)
    SELECT count(*)::int AS retried FROM begun`.execute(tx);
  const retried = rows[0]?.retried ?? 0;
  await tx.deleteFrom("destination_pause").where("ae_title", "=", title).execute();
  await writeAudit(tx, {
    ...by(actor),
    action: "transfer.retry-all",
    detail: { destination: title, transfers: retried },
  });
  return { retried };
}

const by = (actor: Actor) => ({ actor: actor.username, accountId: actor.accountId, outcome: "done" }) as const;
