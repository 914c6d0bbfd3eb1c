import type { Request } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { readWorkitem } from "../../core/infra/postgres/workitem-queries.ts";
import {
  ALL_WORKITEMS,
  announceTo,
  FILTERED_WORKITEMS,
  type Subscriber,
  type SubscriptionFilter,
  subscribe,
  suspend,
  unsubscribe,
} from "../../core/infra/postgres/workitem-subscriptions.ts";
import type { NoteHidden } from "../http/note-hidden.ts";
import type { DicomwebRoute } from "./dicomweb-router.ts";
import { placeOfWorkitem, workitemOfPath } from "./place-of-workitem.ts";
import { parametersOf } from "./qido-rs.ts";
import { warn } from "./ups-warning.ts";
import { stateOf } from "./workitem-answer.ts";
import { workitemSearch } from "./workitem-query.ts";

const MAX_FILTERS = 20;
const AE_TITLE = /^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/;

/** An AE title of PS3.5 §6.2: it names one of the account's own lines of events, and no one else's. */
export function isAeTitle(text: string): boolean {
  return AE_TITLE.test(text);
}

type Handler = DicomwebRoute["handler"];

/**
 * Subscribe, unsubscribe, suspend (PS3.18 §11.10 to §11.12). No deletion lock is granted: a study is deleted by its site's rules
 * and nobody else's, and its workitems with it.
 */
export function upsSubscriptions({
  db,
  noteHidden,
}: {
  readonly db: Database;
  readonly noteHidden: NoteHidden;
}): Readonly<Record<"subscribe" | "unsubscribe" | "suspend" | "openChannel", Handler>> {
  const subscriberOf = (request: Request, actor: Actor): Subscriber => {
    const { aeTitle } = request.params;
    if (typeof aeTitle !== "string" || !isAeTitle(aeTitle))
      throw new DomainError("request-invalid", { where: "aeTitle" });
    return { actor, aeTitle };
  };

  return {
    subscribe: async (request, response, actor) => {
      const [subscriber, uid] = [subscriberOf(request, actor), workitemOfPath(request)];
      const filter = filterOf(request, uid);
      const place = isWellKnown(uid) ? null : await placeOfWorkitem({ db, noteHidden }, request, actor);
      await asActor(db, actor, async (tx) => {
        const subscriptionId = await subscribe(tx, subscriber, uid, filter);
        if (!place) return;
        const row = await readWorkitem(tx, place);
        if (!row) throw new DomainError("not-found");
        await announceTo(tx, subscriptionId, place, stateOf(row));
      });
      if (request.query.deletionlock === "true") warn(response, "Deletion Lock not granted.");
      response.status(201).setHeader("Content-Location", channelOf(request, subscriber.aeTitle)).end();
    },
    unsubscribe: async (request, response, actor) => {
      const [subscriber, uid] = [subscriberOf(request, actor), workitemOfPath(request)];
      if (!isWellKnown(uid)) await placeOfWorkitem({ db, noteHidden }, request, actor);
      if (!(await asActor(db, actor, (tx) => unsubscribe(tx, subscriber, uid)))) throw new DomainError("not-found");
      response.status(200).end();
    },
    suspend: async (request, response, actor) => {
      const [subscriber, uid] = [subscriberOf(request, actor), workitemOfPath(request)];
      if (!isWellKnown(uid)) throw new DomainError("request-invalid", { where: "workitem" });
      if (!(await asActor(db, actor, (tx) => suspend(tx, subscriber, uid)))) throw new DomainError("not-found");
      response.status(200).end();
    },
    // a WebSocket's request goes to the live line and not here (RFC 9110 §15.5.22)
    openChannel: async (_request, response) => void response.status(426).setHeader("Upgrade", "websocket").end(),
  };
}

function isWellKnown(uid: string): boolean {
  return uid === ALL_WORKITEMS || uid === FILTERED_WORKITEMS;
}

/** The keys of a filtered subscription, as in a search, or all of them in one `filter`. Throws `request-invalid`. */
function filterOf(request: Request, uid: string): readonly SubscriptionFilter[] {
  if (uid !== FILTERED_WORKITEMS) return [];
  const filter = parametersOf(request)
    .flatMap(({ name, value }) => (name === "filter" ? matchingKeysOf(value) : [{ name, value }]))
    .filter(({ name }) => name !== "deletionlock");
  const { conditions, ignored } = workitemSearch(filter);
  // what matched when it was made stays subscribed to, and every workitem is made as SCHEDULED
  const isLasting = conditions.every(
    (one) => one.of !== "readiness" && (one.of !== "state" || one.states.includes("SCHEDULED")),
  );
  if (conditions.length === 0 || !isLasting || ignored.length > 0 || filter.length > MAX_FILTERS)
    throw new DomainError("request-invalid", { where: "filter" });
  return filter;
}

/** PS3.18 §11.10.1.2: `key=value,key=value`, also with `&` between; a comma within a value is one where no key follows. */
function matchingKeysOf(filter: string): readonly SubscriptionFilter[] {
  return filter.split(/[,&](?=[\w.]+=)/).map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? { name: pair, value: "" } : { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
}

/** Where the events of this subscriber can be heard (PS3.18 §8.10). */
function channelOf(request: Request, aeTitle: string): string {
  const scheme = request.protocol === "https" ? "wss" : "ws";
  return `${scheme}://${request.get("host") ?? "localhost"}${request.baseUrl}/subscribers/${encodeURIComponent(aeTitle)}`;
}
