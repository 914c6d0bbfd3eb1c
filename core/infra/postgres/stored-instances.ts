import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";

/** What retrieving needs to know of an instance. */
export interface StoredInstance {
  readonly id: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly blobKey: string;
  readonly byteLength: number;
  readonly pixelDataOffset: number | null;
}

/** The study's own id, when the account of `tx` may see it. */
export async function findStudyId(tx: HubTx, studyInstanceUid: string): Promise<string | null> {
  const row = await tx
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirst();
  return row?.id ?? null;
}

/**
 * The instances of a study that may be seen, or of one of its series, in reading order; for who may reject, on request those
 * that were rejected for their quality, too (IHE RAD TF-2 §4.66.4.1.3).
 */
export async function listStoredInstances(
  tx: HubTx,
  studyId: string,
  seriesInstanceUid: string | null,
  { withPoorOnes = false }: { readonly withPoorOnes?: boolean } = {},
): Promise<readonly StoredInstance[]> {
  const rows = await tx
    .selectFrom((withPoorOnes ? "instance" : "seen_instance as instance") as "instance")
    .$if(withPoorOnes, (q) => q.where((e) => e.or([e("hidden_as", "is", null), e("hidden_as", "=", "quality")])))
    .innerJoin("series", "series.id", "instance.series_id")
    .select([
      "instance.id",
      "series.series_instance_uid",
      "instance.sop_instance_uid",
      "instance.sop_class_uid",
      "instance.transfer_syntax_uid",
      "instance.blob_key",
      "instance.byte_length",
      "instance.pixel_data_offset",
    ])
    .where("series.study_id", "=", studyId)
    .$if(seriesInstanceUid !== null, (q) => q.where("series.series_instance_uid", "=", seriesInstanceUid ?? ""))
    .orderBy(sql`series.series_number NULLS LAST, series.id, instance.instance_number NULLS LAST, instance.id`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    sopClassUid: row.sop_class_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    blobKey: row.blob_key,
    byteLength: Number(row.byte_length),
    pixelDataOffset: row.pixel_data_offset === null ? null : Number(row.pixel_data_offset),
  }));
}

/** A series as it is now: a kept answer is held against count and version. */
export interface SeriesState {
  readonly id: string;
  readonly seriesInstanceUid: string;
  readonly instanceCount: number;
  /** Another one whenever instances were hidden, shown again, deleted or moved. */
  readonly version: number;
}

/** The study's series of which something may be seen, in reading order. */
export async function listSeriesCounts(tx: HubTx, studyId: string): Promise<readonly SeriesState[]> {
  return tx
    .selectFrom("series")
    .select(["id", "series_instance_uid as seriesInstanceUid", "instance_count as instanceCount", "version"])
    .where("study_id", "=", studyId)
    .where("instance_count", ">", 0)
    .orderBy(sql`series_number NULLS LAST, id`)
    .execute();
}
