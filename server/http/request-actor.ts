import type { Request } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";

const actors = new WeakMap<Request, Actor>();

export function setActor(request: Request, actor: Actor): void {
  actors.set(request, actor);
}

/** The person (or machine) of this request; throws `not-signed-in`. */
export function actorOf(request: Request): Actor {
  const actor = actors.get(request);
  if (!actor) throw new DomainError("not-signed-in");
  return actor;
}

export function actorOrNull(request: Request): Actor | null {
  return actors.get(request) ?? null;
}
