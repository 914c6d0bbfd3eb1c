import { sql } from "kysely";
import type { BlobStore } from "../../ports.ts";
import type { CommitmentFailure, CommitmentReport, ReferencedInstance } from "../../study/storage-commitment.ts";
import type { Database } from "../postgres/database.ts";
import { mayView } from "../postgres/may-view.ts";
import { blobDigest } from "./blob-digest.ts";

const BATCH = 200;

interface StoredRow {
  readonly uid: string;
  readonly sopClassUid: string;
  readonly blobKey: string;
  readonly dataSetOffset: number;
  readonly digest: Buffer;
}

/**
 * Whether each of these instances is safe: known to its site, of that class, and its bytes, read again now, are the ones that
 * came. What is another institution's does not exist for the asker. Rejects when the storage does not answer.
 */
export async function checkCommitment(
  archive: { readonly db: Database; readonly blobs: BlobStore },
  siteId: string,
  transactionUid: string,
  instances: readonly ReferencedInstance[],
): Promise<CommitmentReport> {
  const committed: ReferencedInstance[] = [];
  const failed: (ReferencedInstance & { readonly failure: CommitmentFailure })[] = [];
  for (let from = 0; from < instances.length; from += BATCH) {
    const batch = instances.slice(from, from + BATCH);
    const rows = await readRows(archive.db, siteId, batch);
    for (const instance of batch) {
      const failure = await failureOf(archive.blobs, instance, rows.get(instance.sopInstanceUid));
      if (failure) failed.push({ ...instance, failure });
      else committed.push(instance);
    }
  }
  return { transactionUid, committed, failed };
}

async function failureOf(
  blobs: BlobStore,
  instance: ReferencedInstance,
  row: StoredRow | undefined,
): Promise<CommitmentFailure | null> {
  if (!row) return "no-such-instance";
  if (row.sopClassUid !== instance.sopClassUid) return "class-instance-conflict";
  const digest = await blobDigest(blobs, row.blobKey, row.dataSetOffset);
  return digest?.equals(row.digest) ? null : "processing-failure";
}

async function readRows(
  db: Database,
  siteId: string,
  batch: readonly ReferencedInstance[],
): Promise<ReadonlyMap<string, StoredRow>> {
  const uids = batch.map(({ sopInstanceUid }) => sopInstanceUid);
  const { rows } = await sql<StoredRow>`
    SELECT i.sop_instance_uid AS uid, i.sop_class_uid AS "sopClassUid", i.blob_key AS "blobKey",
      i.data_set_offset AS "dataSetOffset", i.blob_sha256 AS digest
    FROM instance i JOIN study ON study.id = i.study_id
    WHERE i.sop_instance_uid = ANY (${uids}) AND ${mayView([{ siteId, role: "device" }])}`.execute(db);
  return new Map(rows.map((row) => [row.uid, row]));
}
