import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { actorOfKey, actorOfSession } from "../../core/infra/sign-in/accounts.ts";
import { setActor } from "./request-actor.ts";

export const SESSION_COOKIE = "hub_session";
/** A revoked key, a closed session or a changed role takes effect within this time. */
const REMEMBER_MS = 2000;
const REMEMBERED_MAX = 5000;

export type Authenticator = (request: IncomingMessage) => Promise<Actor | null>;

/** Who sends this request: by bearer key or by session cookie. Looks in Postgres at most every two seconds a token. */
export function authenticator(db: Database): Authenticator {
  const remembered = new Map<string, { readonly until: number; readonly actor: Promise<Actor | null> }>();
  return (request) => {
    const key = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? "")?.[1];
    const session = key ? undefined : cookieOf(request, SESSION_COOKIE);
    const token = key ?? session;
    if (!token) return Promise.resolve(null);
    const now = performance.now();
    const known = remembered.get(token);
    if (known && known.until > now) return known.actor;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const actor = key ? actorOfKey(db, token) : actorOfSession(db, token);
    remembered.set(token, { until: now + REMEMBER_MS, actor });
    actor.catch(() => remembered.delete(token));
    return actor;
  };
}

export function authenticate(find: Authenticator) {
  return async (request: Request, _response: Response, next: NextFunction): Promise<void> => {
    const actor = await find(request);
    if (actor) setActor(request, actor);
    next();
  };
}

export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = part.split("=", 2);
    if (key?.trim() === name) return value?.trim();
  }
  return undefined;
}
