import { sql } from "kysely";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { QueryLevel } from "./archive-conditions.ts";
import type { ArchiveMatch } from "./archive-queries.ts";
import type { HubTx } from "./as-actor.ts";
import { overlayColumn } from "./identity-overlays.ts";
import type { StoredInstance } from "./stored-instances.ts";

export interface SampleInstance extends StoredInstance {
  /** What lies over the patient whom its header names. */
  readonly overlay: IdentityOverlay | null;
}

const OF_LEVEL = {
  // what devices made says more of a study than a report that the hub added to it
  study: sql`instance.study_id = wanted.id AND instance.received_via <> 'hub'`,
  series: sql`instance.series_id = wanted.id`,
  instance: sql`instance.id = wanted.id`,
} as const;

/** One instance of each match that may be seen, whichever is found first: what is asked of it is the same in all of them. */
export async function sampleInstances(
  tx: HubTx,
  level: QueryLevel,
  matches: readonly ArchiveMatch[],
): Promise<ReadonlyMap<string, SampleInstance>> {
  const ids = matches.map((match) => match.id);
  const found = await sql<SampleInstance & { readonly of: string }>`
    SELECT wanted.id::text AS of, sample.* FROM unnest(${ids}::bigint[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT instance.id, series.series_instance_uid AS "seriesInstanceUid", instance.sop_instance_uid AS "sopInstanceUid",
        instance.sop_class_uid AS "sopClassUid", instance.transfer_syntax_uid AS "transferSyntaxUid",
        instance.blob_key AS "blobKey", instance.byte_length::float8 AS "byteLength",
        instance.pixel_data_offset::float8 AS "pixelDataOffset", ${overlayColumn} AS overlay
      FROM seen_instance AS instance JOIN series ON series.id = instance.series_id JOIN study ON study.id = instance.study_id
      WHERE ${OF_LEVEL[level]} LIMIT 1) AS sample`.execute(tx);
  return new Map(found.rows.map(({ of, ...instance }) => [of, instance]));
}
