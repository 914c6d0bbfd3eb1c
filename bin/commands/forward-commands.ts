import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Options } from "./options.ts";
import { knownSite, modalityOf } from "./read-options.ts";

/**
 * A destination is a device of the site, or of a centre that its studies are routed to: another institution's never may see
 * them. Whether it may see this study is asked again when it is sent.
 */
export async function addForward(db: Database, [title = ""]: readonly string[], options: Options): Promise<number> {
  const modality = modalityOf(options);
  const siteId = await knownSite(db, options);
  const destination = await findDestination(db, title);
  if (!destination) throw new DomainError("request-invalid", { where: "TITLE" });
  const detail = { siteId, modality, destination: destination.aeTitle };
  const line = { actor: "hub", action: "forward-rule.save", detail } as const;
  if (!(await mayEverSee(db, siteId, destination.siteId))) {
    await writeAudit(db, { ...line, outcome: "refused" });
    throw new DomainError("destination-may-not-see", { aeTitle: destination.aeTitle });
  }
  await asHub(db, async (tx) => {
    await tx
      .insertInto("forward_rule")
      .values({ site_id: siteId, modality, destination: destination.aeTitle })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await writeAudit(tx, { ...line, outcome: "done" });
  });
  return 0;
}

async function mayEverSee(db: Database, fromSiteId: string, toSiteId: string): Promise<boolean> {
  if (fromSiteId === toSiteId) return true;
  const route = await db
    .selectFrom("reading_route")
    .select("modality")
    .where("site_id", "=", fromSiteId)
    .where("centre_site_id", "=", toSiteId)
    .limit(1)
    .executeTakeFirst();
  return route !== undefined;
}
