import { DomainError } from "../errors.ts";
import { type Action, POLICY_ROWS, type Relation, type Role } from "./policy.ts";

/** A role held at a site; `siteId` null is the whole district (administrators). */
export interface Grant {
  readonly siteId: string | null;
  readonly role: Role;
}

/** The person, or the machine with that person's key, for whom a use case runs. */
export interface Actor {
  readonly accountId: string;
  readonly username: string;
  readonly displayName: string;
  readonly grants: readonly Grant[];
}

/** How sites stand to one thing: which site through which relation. */
export type SiteRelations = readonly { readonly siteId: string; readonly relation: Relation }[];

/** May the actor do this to a thing whose sites stand to it so? */
export function may(actor: Actor, action: Action, relations: SiteRelations = []): boolean {
  return POLICY_ROWS.some(
    (row) =>
      row.action === action &&
      actor.grants.some(
        (grant) =>
          grant.role === row.role &&
          (row.relation === "any" || relations.some((r) => r.relation === row.relation && r.siteId === grant.siteId)),
      ),
  );
}

/** As `may`, or throws `not-allowed`. */
export function assertMay(actor: Actor, action: Action, relations: SiteRelations = []): void {
  if (!may(actor, action, relations)) throw new DomainError("not-allowed", { action });
}

/** Does any of the actor's roles stand in the policy for this action at all? The first gate of every route. */
export function mayAtAll(actor: Actor, action: Action): boolean {
  return POLICY_ROWS.some((row) => row.action === action && actor.grants.some((grant) => grant.role === row.role));
}

/** The sites at which the actor may do this through `origin`. */
export function sitesFor(actor: Actor, action: Action): readonly string[] {
  const roles = new Set(POLICY_ROWS.filter((r) => r.action === action && r.relation !== "any").map((r) => r.role));
  return [...new Set(actor.grants.flatMap((g) => (g.siteId !== null && roles.has(g.role) ? [g.siteId] : [])))];
}
