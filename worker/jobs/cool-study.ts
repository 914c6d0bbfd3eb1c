import { pipeline } from "node:stream/promises";
import { DomainError } from "../../core/errors.ts";
import { blobDigest } from "../../core/infra/archive/blob-digest.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { type HotInstance, listHotInstances, noteCold, switchBlob } from "../../core/infra/postgres/cold-studies.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { BlobStore, Clock } from "../../core/ports.ts";

export interface CoolStudyDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Null: the hub has no cold store. */
  readonly cold: BlobStore | null;
  readonly clock: Clock;
}

/**
 * Moves the originals of a study to the cold store: each is copied, read again there and compared with the digest that was
 * acknowledged; only then its row names the copy, and the blob it named before is swept an hour later. A run that was killed
 * goes on where it was. Nothing moves back when it is looked at: a reading is one pass over it, which costs the cold store the
 * same as moving would, and the archive two writes more.
 */
export function coolStudy({ db, blobs, cold, clock }: CoolStudyDeps): JobHandler<"cool-study"> {
  return async ({ studyId }) => {
    const instances = cold && (await listHotInstances(db, studyId, clock()));
    if (!cold || !instances) return;
    let damaged = 0;
    for (const instance of instances) if (!(await move(db, blobs, cold, instance))) damaged += 1;
    await asHub(db, async (tx) => {
      await noteCold(tx, studyId);
      const detail = { instances: instances.length - damaged, damaged };
      await writeAudit(tx, { actor: "hub", action: "study.cool", outcome: "done", studyId, detail });
    });
  };
}

/** False for an original that is itself damaged: it is left where it is, for `verify` to tell of. */
async function move(db: Database, blobs: BlobStore, cold: BlobStore, instance: HotInstance): Promise<boolean> {
  const { blobKey, dataSetOffset, sha256, origin } = instance;
  if (!(await blobDigest(blobs, blobKey, dataSetOffset))?.equals(sha256)) return false;
  const writer = await cold.create({ marked: true, ...(origin && { origin }) });
  try {
    await pipeline(await blobs.open(blobKey), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) await writer.write(chunk);
    });
    await writer.seal();
    if (!(await blobDigest(cold, writer.key, dataSetOffset))?.equals(sha256)) throw new DomainError("storage-failed");
    if (await asHub(db, (tx) => switchBlob(tx, instance, writer.key))) writer.unmark();
    else await writer.discard();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return true;
}
