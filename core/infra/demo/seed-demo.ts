import { DEMO_ACCOUNTS, DEMO_DEVICES, DEMO_ROUTES, DEMO_SITES } from "../../demo/demo-district.ts";
import { asHub } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { writeAccount } from "../postgres/queries/district-queries.ts";
import { hashPassword } from "../sign-in/password.ts";

/**
 * Writes the demo district's sites, routes, people and devices; its studies are owed from then on. Nothing happens where there
 * is a site already.
 */
export async function seedDemoDistrict(db: Database, password: string): Promise<boolean> {
  const passwordHash = await hashPassword(password);
  return asHub(db, async (tx) => {
    const known = await tx.selectFrom("site").select("id").limit(1).executeTakeFirst();
    if (known) return false;
    await tx
      .insertInto("site")
      .values(
        DEMO_SITES.map((site) => ({
          id: site.id,
          name: site.name,
          name_en: site.nameEn,
          kind: site.kind,
          auto_request: site.autoRequest,
          quiet_seconds: site.quietSeconds,
        })),
      )
      .execute();
    await tx
      .insertInto("reading_route")
      .values(
        DEMO_ROUTES.map((route) => ({
          site_id: route.siteId,
          modality: route.modality,
          centre_site_id: route.centreSiteId,
        })),
      )
      .execute();
    for (const account of DEMO_ACCOUNTS) await writeAccount(tx, null, { ...account, passwordHash, disabled: false });
    await tx
      .insertInto("application_entity")
      .values(DEMO_DEVICES.map((device) => ({ title: device.title, site_id: device.siteId, host: null, port: null })))
      .execute();
    await tx.insertInto("demo_seed").values({ began_at: new Date() }).execute();
    return true;
  });
}
