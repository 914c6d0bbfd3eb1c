import { type RawBuilder, sql } from "kysely";
import { POLICY_ROWS, type PolicyRole } from "../../access/policy.ts";
import { isOneOf } from "./is-one-of.ts";

interface Grant {
  readonly siteId: string | null;
  readonly role: PolicyRole;
}

const VIEW_ROWS = POLICY_ROWS.filter((row) => row.action === "study.view");

/** What these roles give a view of, each as the site and its relation to the study. */
function viewsOf(grants: readonly Grant[]) {
  return grants.flatMap(({ role, siteId }) =>
    VIEW_ROWS.flatMap((row) => (row.role === role ? [{ relation: row.relation, siteId }] : [])),
  );
}

/** The site whose own studies are all that may be seen; null when there are others, too. */
export function onlyOrigin(grants: readonly Grant[]): string | null {
  const views = viewsOf(grants);
  const [siteId = null, ...others] = new Set(views.map((view) => view.siteId));
  return others.length === 0 && views.every(({ relation }) => relation === "origin") ? siteId : null;
}

/** The policy's rows for `study.view` as a condition on `study`, for who holds these roles. */
export function mayView(grants: readonly Grant[]): RawBuilder<unknown> {
  const held = viewsOf(grants);
  if (held.some(({ relation }) => relation === "any")) return sql`true`;
  if (held.length === 0) return sql`false`;
  // a site's own are told by the study itself, in the order of an index
  const own = held.flatMap(({ relation, siteId }) => (relation === "origin" && siteId !== null ? [siteId] : []));
  const ofOwn = isOneOf("study.site_id", own);
  if (own.length === held.length) return ofOwn;
  const pairs = held.map(({ relation, siteId }) => sql`(${siteId}, ${relation})`);
  return sql`EXISTS (SELECT 1 FROM study_access a
    WHERE a.study_id = study.id AND (a.site_id, a.relation) IN (${sql.join(pairs)}))`;
}
