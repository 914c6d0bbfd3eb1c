import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Actor } from "../../core/access/actor.ts";
import type { LiveListener } from "../../core/infra/queue/live-channel.ts";
import { LiveChange } from "../../core/jobs/live-change.ts";

/** A page that does not read is let go when this much waits for it. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const PING_MS = 25_000;
/** A page that does not answer the farewell is let go. */
const FAREWELL_MS = 1000;
/** The close code of RFC 6455's registry for it. */
const SERVICE_RESTART = 1012;

export interface LiveServer {
  close(): void;
}

/** Another line than that of the pages, at paths of its own, over the same channel. */
export interface LiveLine {
  isAt(path: string): boolean;
  open(webSocket: WebSocket, request: IncomingMessage): void;
  hear(message: string): void;
}

/**
 * Tells open pages at /live that something changed at their sites. It says that, never what: the page reads again under its
 * own rights.
 */
export function liveServer(options: {
  readonly server: Server;
  readonly actorOf: (request: IncomingMessage) => Promise<Actor | null>;
  readonly sameOrigin: (request: IncomingMessage) => boolean;
  readonly subscribe: (listener: LiveListener) => void;
  readonly line?: LiveLine;
}): LiveServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const actors = new Map<WebSocket, Actor>();
  const open = new Set<WebSocket>();
  const alive = new WeakSet<WebSocket>();

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const line = options.line?.isAt(path) ? options.line : undefined;
    const actor = (path === "/live" || line) && options.sameOrigin(request) ? await options.actorOf(request) : null;
    if (!actor) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket);
      alive.add(webSocket);
      webSocket.on("pong", () => alive.add(webSocket));
      webSocket.on("close", () => {
        open.delete(webSocket);
        actors.delete(webSocket);
      });
      webSocket.on("error", () => webSocket.terminate());
      if (line) line.open(webSocket, request);
      else actors.set(webSocket, actor);
    });
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head).catch(() => socket.destroy());
  };
  options.server.on("upgrade", onUpgrade);

  options.subscribe({
    onMessage: (message) => {
      options.line?.hear(message);
      const change = parseChange(message);
      if (!change) return;
      for (const [webSocket, actor] of actors) {
        if (!concerns(actor, change)) continue;
        if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) webSocket.terminate();
        else webSocket.send(message);
      }
    },
    // a page comes back by itself and reads again
    onMissed: () => {
      for (const webSocket of open) webSocket.close(SERVICE_RESTART);
    },
  });

  const ping = setInterval(() => {
    for (const webSocket of open) {
      if (!alive.has(webSocket)) webSocket.terminate();
      alive.delete(webSocket);
      webSocket.ping();
    }
  }, PING_MS);

  return {
    close: () => {
      clearInterval(ping);
      options.server.off("upgrade", onUpgrade);
      const left = [...open];
      for (const webSocket of left) webSocket.close(1001);
      setTimeout(() => {
        for (const webSocket of left) webSocket.terminate();
      }, FAREWELL_MS).unref();
      sockets.close();
    },
  };
}

/** Others may use the same Redis: what is not a change is passed over. */
function parseChange(message: string): LiveChange | null {
  try {
    return LiveChange.parse(JSON.parse(message));
  } catch {
    return null;
  }
}

function concerns(actor: Actor, change: LiveChange): boolean {
  return actor.grants.some((grant) => grant.siteId === null || change.siteIds.includes(grant.siteId));
}
