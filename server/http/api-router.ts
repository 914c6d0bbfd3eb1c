import express, { type Request, type Response, Router } from "express";
import type { z } from "zod";
import { type Actor, mayAtAll } from "../../core/access/actor.ts";
import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import { OPERATION_POLICY } from "../../core/api/operation-policy.ts";
import { type Answer, type Body, PAYLOADS, type Params, type Query } from "../../core/api/payloads.ts";
import { DomainError } from "../../core/errors.ts";
import type { NoteHidden } from "./note-hidden.ts";
import { actorOf, actorOrNull } from "./request-actor.ts";

/** What a handler gets: parsed and typed. `actor` is there unless the operation is public. */
export interface Call<Op extends Operation> {
  readonly actor: Actor;
  readonly params: Params<Op>;
  readonly query: Query<Op>;
  readonly body: Body<Op>;
  readonly request: Request;
  readonly response: Response;
}

export type Handler<Op extends Operation> = (call: Call<Op>) => Promise<Answer<Op> | undefined>;
export type Handlers = { readonly [Op in Operation]: Handler<Op> };

interface Schemas {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType | null;
}

const NOBODY: Actor = { accountId: "", username: "", displayName: "", grants: [] };

/** Mounts every operation: parse, ask the policy, call the one use case, answer its result. */
export function apiRouter(handlers: Handlers, noteHidden: NoteHidden): Router {
  const router = Router();
  router.use("/api", express.json({ limit: "256kb" }));
  for (const operation of Object.keys(ENDPOINTS) as Operation[]) {
    const [method = "GET", path = ""] = ENDPOINTS[operation].split(" ");
    router[method.toLowerCase() as "get"](path, async (request, response) => {
      try {
        await run(operation, handlers, request, response);
      } catch (error) {
        const actor = actorOrNull(request);
        if (actor && error instanceof DomainError && error.code === "not-found")
          await noteHidden(actor, ENDPOINTS[operation], request.params);
        throw error;
      }
    });
  }
  router.use("/api", () => {
    throw new DomainError("not-found");
  });
  return router;
}

async function run(operation: Operation, handlers: Handlers, request: Request, response: Response): Promise<void> {
  const action = OPERATION_POLICY[operation];
  const actor = action === "public" ? NOBODY : actorOf(request);
  if (action !== "public" && !mayAtAll(actor, action)) throw new DomainError("not-allowed", { action });
  const schemas: Schemas = PAYLOADS[operation];
  const call = {
    actor,
    params: parse(schemas.params, request.params),
    query: parse(schemas.query, request.query),
    body: parse(schemas.body, request.body),
    request,
    response,
  };
  const handler = handlers[operation] as unknown as (call: unknown) => Promise<unknown>;
  const answer = await handler(call);
  if (response.headersSent || response.writableEnded) return;
  response.set("cache-control", "no-store");
  if (answer === null || answer === undefined) response.status(204).end();
  else response.json(answer);
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) {
    const where = result.error.issues.map((issue) => issue.path.join(".") || "body").slice(0, 5);
    throw new DomainError("request-invalid", { where: [...new Set(where)].join(", ") });
  }
  const where = placeOfNul(result.data, []);
  if (where !== null) throw new DomainError("request-invalid", { where });
  return result.data;
}

/** Postgres keeps no NUL in text, and no person types one. */
function placeOfNul(value: unknown, path: readonly string[]): string | null {
  if (typeof value === "string") return value.includes("\0") ? path.join(".") || "body" : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = placeOfNul(inner, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}
