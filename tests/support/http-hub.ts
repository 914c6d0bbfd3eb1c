import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { createLog } from "../../core/infra/log.ts";
import { subscribeLive } from "../../core/infra/queue/live-channel.ts";
import { parseSettings } from "../../core/infra/settings.ts";
import { createApp } from "../../server/http/app.ts";
import { authenticator } from "../../server/http/authenticate.ts";
import { liveServer } from "../../server/live/live-server.ts";
import { DEMO_PASSWORD, type DemoDistrict } from "./demo-district.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface HttpHub {
  readonly url: string;
  readonly server: Server;
  /** `who`: a cookie as `signIn` gives it, or null. Parameters of the path are filled with `params`. */
  call(
    operation: Operation,
    who: string | null,
    options?: { readonly params?: Readonly<Record<string, string>>; readonly query?: string; readonly body?: unknown },
  ): Promise<Answered>;
  ask(path: string, init?: RequestInit): Promise<Answered>;
  /** Gives the cookie; kept for the name from then on. */
  signIn(username: string): Promise<string>;
  close(): Promise<void>;
}

/** The pages' server on a free port, as server/main.ts puts it together. */
export async function openHttpHub(
  district: DemoDistrict,
  redisUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<HttpHub> {
  const quiet = (url: string) => new Redis(url, { maxRetriesPerRequest: null }).on("error", () => undefined);
  const [redis, subscriber] = [quiet(redisUrl), quiet(redisUrl)];
  const find = authenticator(district.db);
  const codecs = openCodecPool({ threads: 1 });
  const app = createApp({
    db: district.db,
    redis,
    blobs: district.blobs,
    receiver: district.receiver,
    codecs,
    inReadingTransaction: district.inReadingTransaction,
    authenticator: find,
    settings: parseSettings({ NODE_ENV: "test", ...environment }),
    pagesFolder: district.dataDir,
    log: createLog({ level: "silent", role: "http" }),
  });
  const server = createServer(app);
  const live = liveServer({
    server,
    actorOf: find,
    sameOrigin: ({ headers }) => headers.origin === undefined || URL.parse(headers.origin)?.host === headers.host,
    subscribe: (listener) => void subscribeLive(subscriber, listener),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cookies = new Map<string, Promise<string>>();

  async function ask(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async function openSession(username: string): Promise<string> {
    const { status, headers } = await ask("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password: DEMO_PASSWORD }),
    });
    if (status !== 200) throw new Error(`sign-in of ${username}: ${status}`);
    return (headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
  }

  return {
    url,
    server,
    ask,
    call: (operation, who, options = {}) => {
      const [method = "GET", template = ""] = ENDPOINTS[operation].split(" ");
      const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(options.params?.[name] ?? ""));
      return ask(`${path}${options.query ?? ""}`, {
        method,
        headers: {
          ...(who === null ? {} : { cookie: who }),
          ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
    },
    signIn: (username) => {
      const known = cookies.get(username) ?? openSession(username);
      cookies.set(username, known);
      return known;
    },
    close: async () => {
      live.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await codecs.close();
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}
