import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { type Actor, mayAtAll } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findWorkitems, readWorkitem, uidOf, type WorkitemRow } from "../../core/infra/postgres/workitem-queries.ts";
import { isSubscriptionOf, subscriptionTo } from "../../core/infra/postgres/workitem-subscriptions.ts";
import { WorkitemEvent } from "../../core/jobs/workitem-event.ts";
import { isAeTitle } from "../dicomweb/ups-subscriptions.ts";
import { workitemSearch } from "../dicomweb/workitem-query.ts";
import type { LiveLine } from "./live-server.ts";
import { workitemEventReport } from "./workitem-event-report.ts";

/** PS3.18 §8.10; the second is the older form of the same. */
const PATHS = /^\/(?:dicom-web|ws)\/subscribers\/([^/]{1,64})$/;
/** A subscriber that does not read, or for whom too many events wait to be looked up, is let go. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const MAX_WAITING = 1000;
/** RFC 6455 §7.4.1: against the policy; and the registry's "try again later". */
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

interface Connection {
  readonly webSocket: WebSocket;
  readonly request: IncomingMessage;
  readonly aeTitle: string;
  /** Events are told in the order they came. */
  last: Promise<void>;
  waiting: number;
  /** Of the last report that was sent. */
  messageId: number;
}

/**
 * Tells subscribers what happens to workitems, as event reports in DICOM JSON. Every event is looked up for each of them as it
 * is sent: whose key or right is gone by then hears nothing of it. What is told while nobody is connected is not kept: a
 * client that comes back searches (PS3.18 §8.10).
 */
export function workitemLine(options: {
  readonly db: Database;
  readonly actorOf: (request: IncomingMessage) => Promise<Actor | null>;
}): LiveLine {
  const { db, actorOf } = options;
  const connections = new Set<Connection>();

  async function tell(connection: Connection, event: WorkitemEvent): Promise<void> {
    const { webSocket, aeTitle, request } = connection;
    if (webSocket.readyState !== webSocket.OPEN) return;
    const actor = await actorOf(request);
    if (!actor || !mayAtAll(actor, "task.view")) return webSocket.close(POLICY_VIOLATION);
    const row = await subscribedRow(db, actor, aeTitle, event);
    if (!row) return;
    if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) return webSocket.terminate();
    connection.messageId = (connection.messageId % 0xffff) + 1;
    webSocket.send(dicomJsonText(workitemEventReport(event, row, connection.messageId)));
  }

  return {
    isAt: (path) => aeTitleOf(path) !== null,
    open: (webSocket, request) => {
      const aeTitle = aeTitleOf((request.url ?? "").split("?")[0] ?? "") ?? "";
      const connection: Connection = { webSocket, request, aeTitle, last: Promise.resolve(), waiting: 0, messageId: 0 };
      connections.add(connection);
      webSocket.on("close", () => connections.delete(connection));
    },
    hear: (message) => {
      const event = parseEvent(message);
      if (!event) return;
      for (const connection of connections) {
        if (connection.waiting >= MAX_WAITING) {
          connection.webSocket.close(TRY_AGAIN_LATER);
          continue;
        }
        connection.waiting += 1;
        connection.last = connection.last
          .then(() => tell(connection, event))
          // what could not be looked up was missed: the client comes back and searches
          .catch(() => connection.webSocket.close(TRY_AGAIN_LATER))
          .finally(() => {
            connection.waiting -= 1;
          });
      }
    },
  };
}

/** The workitem of an event when this subscriber asked for it and may see it now. */
async function subscribedRow(
  db: Database,
  actor: Actor,
  aeTitle: string,
  event: WorkitemEvent,
): Promise<WorkitemRow | null> {
  const { row, verdict } = await asActor(db, actor, async (tx) => {
    const read = await readWorkitem(tx, event);
    if (!read) return { row: null, verdict: null };
    if (event.subscriptionId) {
      const isOwn = await isSubscriptionOf(tx, event.subscriptionId, aeTitle);
      return { row: read, verdict: { kind: isOwn ? "subscribed" : "not-subscribed" } as const };
    }
    const uid = uidOf(read.taskId, read.number, read.givenUid);
    return { row: read, verdict: await subscriptionTo(tx, aeTitle, uid, read.madeAt) };
  });
  if (row === null || verdict.kind === "not-subscribed") return null;
  if (verdict.kind === "subscribed") return row;
  const conditions = workitemSearch(verdict.filter).conditions.filter(({ of }) => of !== "state");
  const matching = await findWorkitems(db, actor, {
    conditions: [...conditions, { of: "task", taskId: event.taskId }],
    limit: 1,
    offset: 0,
  });
  return matching.length > 0 ? row : null;
}

function aeTitleOf(path: string): string | null {
  const encoded = PATHS.exec(path)?.[1];
  if (encoded === undefined) return null;
  try {
    const aeTitle = decodeURIComponent(encoded);
    return isAeTitle(aeTitle) ? aeTitle : null;
  } catch {
    return null;
  }
}

function parseEvent(message: string): WorkitemEvent | null {
  try {
    return WorkitemEvent.parse(JSON.parse(message));
  } catch {
    return null;
  }
}
