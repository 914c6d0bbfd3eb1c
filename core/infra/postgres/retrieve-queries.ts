import { type RawBuilder, sql } from "kysely";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { RetrieveScope } from "../../study/retrieve-scope.ts";
import { asHub, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { overlayColumn } from "./identity-overlays.ts";
import { mayView } from "./may-view.ts";
import { writeAudit } from "./write-audit.ts";

/** Who asks, and how it will be sent: stands in the audit. */
export interface Retrieval {
  /** The calling AE title and its site: what that site may see is what it gets. */
  readonly aeTitle: string;
  readonly siteId: string;
  readonly operation: "C-GET" | "C-MOVE";
  /** AE title that the instances go to. */
  readonly destination: string;
  /** Whose it is: what that site may not see does not go there. */
  readonly toSiteId: string;
}

/** The instances of a retrieve by their ids, in reading order, as they were when it was asked. */
export interface RetrieveList {
  readonly instanceIds: readonly string[];
  /** There are more than may be asked for at once; `instanceIds` is then empty, and nothing was written. */
  readonly isTooLong: boolean;
}

/** What sending needs to know of an instance. */
export interface RetrievableInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly blobKey: string;
  readonly byteLength: number;
  /** Where the data set begins in the blob. */
  readonly dataSetOffset: number;
  /** Where the value of the pixel data element begins; null where there is none. */
  readonly pixelDataOffset: number | null;
  /** What lies over the patient whom its bytes name. */
  readonly overlay: IdentityOverlay | null;
}

/** Ids alone are held, a megabyte or two. The counts of sub-operations have 16 bits (PS3.7 Annex E). */
const MAX_RETRIEVED = 65_535;

/**
 * Which instances the scope means that the site may see, with an audit line per study in the same transaction: `done` for
 * each that will be sent, `refused` for each that was named and belongs to others.
 */
export async function listRetrievable(db: Database, retrieval: Retrieval, scope: RetrieveScope): Promise<RetrieveList> {
  return asHub(db, async (tx) => {
    const found = await sql<{ id: string; studyId: string }>`
      SELECT instance.id, study.id AS "studyId"
      FROM study JOIN series ON series.study_id = study.id JOIN seen_instance AS instance ON instance.series_id = series.id
      WHERE ${sql.join([visibleTo(retrieval), ...conditionsOf(scope)], sql` AND `)}
      ORDER BY study.study_date DESC, study.id DESC, series.series_number NULLS LAST, series.id,
        instance.instance_number NULLS LAST, instance.id
      LIMIT ${MAX_RETRIEVED + 1}`.execute(tx);
    if (found.rows.length > MAX_RETRIEVED) return { instanceIds: [], isTooLong: true };
    const counts = new Map<string, number>();
    for (const { studyId } of found.rows) counts.set(studyId, (counts.get(studyId) ?? 0) + 1);
    await auditRetrieve(tx, retrieval, scope, counts);
    return { instanceIds: found.rows.map((row) => row.id), isTooLong: false };
  });
}

/** The rows of these ids, in their order; what was rejected or deleted since they were listed is not among them. */
export async function readRetrievable(
  db: Database,
  instanceIds: readonly string[],
): Promise<readonly (RetrievableInstance & { readonly id: string })[]> {
  type Row = Omit<RetrievableInstance, "byteLength" | "pixelDataOffset"> & {
    readonly id: string;
    readonly byteLength: string;
    readonly pixelDataOffset: string | null;
  };
  const found = await sql<Row>`
    SELECT instance.id, instance.sop_class_uid AS "sopClassUid", instance.sop_instance_uid AS "sopInstanceUid",
      study.study_instance_uid AS "studyInstanceUid", instance.transfer_syntax_uid AS "transferSyntaxUid",
      instance.blob_key AS "blobKey", instance.byte_length AS "byteLength", instance.data_set_offset AS "dataSetOffset",
      instance.pixel_data_offset AS "pixelDataOffset", ${overlayColumn} AS overlay
    FROM unnest(${instanceIds}::bigint[]) WITH ORDINALITY AS wanted (id, n)
    JOIN instance ON instance.id = wanted.id JOIN study ON study.id = instance.study_id
    WHERE instance.hidden_as IS NULL OR instance.hidden_as = 'note' ORDER BY wanted.n`.execute(db);
  return found.rows.map((row) => ({
    ...row,
    byteLength: Number(row.byteLength),
    pixelDataOffset: row.pixelDataOffset === null ? null : Number(row.pixelDataOffset),
  }));
}

function visibleTo({ siteId, toSiteId }: Retrieval): RawBuilder<unknown> {
  const toCaller = mayView([{ siteId, role: "device" }]);
  return siteId === toSiteId ? toCaller : sql`(${toCaller} AND ${mayView([{ siteId: toSiteId, role: "device" }])})`;
}

function conditionsOf(scope: RetrieveScope): RawBuilder<unknown>[] {
  const oneOf = (column: RawBuilder<unknown>, values: readonly string[]) =>
    values.length === 0 ? [] : [sql`${column} = ANY (${values})`];
  return [
    ...(scope.patientId === null
      ? []
      : [sql`study.patient_id IN (SELECT id FROM patient WHERE patient_id = ${scope.patientId})`]),
    ...oneOf(sql`study.study_instance_uid`, scope.studyInstanceUids),
    ...oneOf(sql`series.series_instance_uid`, scope.seriesInstanceUids),
    ...oneOf(sql`instance.sop_instance_uid`, scope.sopInstanceUids),
  ];
}

async function auditRetrieve(
  tx: HubTx,
  retrieval: Retrieval,
  scope: RetrieveScope,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const { aeTitle, operation, destination } = retrieval;
  const line = { actor: aeTitle, action: "study.retrieve" } as const;
  for (const [studyId, instances] of counts)
    await writeAudit(tx, { ...line, outcome: "done", studyId, detail: { operation, destination, instances } });
  if (scope.studyInstanceUids.length === 0) return;
  const hidden = await sql<{ id: string }>`SELECT study.id FROM study
    WHERE study.study_instance_uid = ANY (${scope.studyInstanceUids}) AND NOT (${visibleTo(retrieval)})`.execute(tx);
  for (const { id } of hidden.rows)
    await writeAudit(tx, { ...line, outcome: "refused", studyId: id, detail: { operation, destination } });
}
