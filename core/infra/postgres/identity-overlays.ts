import { type Kysely, type RawBuilder, sql } from "kysely";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { Tables } from "./tables.ts";

/** Of the row named `study`: what lies over its instances, or null. Costs an untouched study one look at a column. */
export const overlayColumn: RawBuilder<IdentityOverlay | null> = sql`CASE WHEN study.laid IS NOT NULL THEN jsonb_build_object(
  'changeId', study.identity_change_id::text, 'laid', study.laid, 'issuer', study.site_id,
  'changedAt', round(extract(epoch FROM study.identity_changed_at) * 1000),
  'timeZone', (SELECT site.time_zone FROM site WHERE site.id = study.site_id)) END`;

/** One row by its key; not a question of rights: who asks has passed the study's gate. */
export async function findOverlay(db: Kysely<Tables>, studyId: string): Promise<IdentityOverlay | null> {
  const { rows } = await sql<{ overlay: IdentityOverlay | null }>`
    SELECT ${overlayColumn} AS overlay FROM study WHERE study.id = ${studyId}`.execute(db);
  return rows[0]?.overlay ?? null;
}
