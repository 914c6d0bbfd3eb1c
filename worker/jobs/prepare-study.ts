import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type BundleParts, makeBundle } from "../../core/infra/archive/make-bundle.ts";
import { seriesMetadataJson } from "../../core/infra/archive/series-metadata.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findOverlay } from "../../core/infra/postgres/identity-overlays.ts";
import { isUndone } from "../../core/infra/postgres/is-undone.ts";
import {
  listSeriesToPrepare,
  type NewSeriesObject,
  noteReplacedGone,
  type SeriesObjectKind,
  saveSeriesObject,
} from "../../core/infra/postgres/series-objects.ts";
import { listStoredInstances, type StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import { givingWay } from "../../core/infra/postgres/wait-while-receiving.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import type { BlobWriter } from "../../core/ports.ts";

export interface PrepareStudyDeps extends Omit<BundleParts, "giveWay"> {
  readonly db: Database;
  /** How long the making for a study waits for devices that are sending, at most. */
  readonly giveWayMs: number;
}

const gzipBytes = promisify(gzip);

/**
 * Makes what a viewer will ask for first: the metadata of each series, then its reading bundle. What is there of the same
 * instances already is left; instances that come meanwhile complete the study again, and with it comes this job.
 */
export function prepareStudy(deps: PrepareStudyDeps): JobHandler<"prepare-study"> {
  return async ({ studyId }) => {
    const study = await deps.db
      .selectFrom("study")
      .select("study_instance_uid")
      .where("id", "=", studyId)
      .executeTakeFirst();
    if (!study) return;
    const parts = { ...deps, giveWay: givingWay(deps.db, deps.giveWayMs) };
    await prepare(parts, studyId, study.study_instance_uid, "metadata");
    await prepare(parts, studyId, study.study_instance_uid, "bundle");
  };
}

type PrepareParts = PrepareStudyDeps & BundleParts;

async function prepare(
  deps: PrepareParts,
  studyId: string,
  studyInstanceUid: string,
  kind: SeriesObjectKind,
): Promise<void> {
  const make = kind === "metadata" ? makeMetadata : makeReadingBundle;
  for (const { id, seriesInstanceUid, version } of await listSeriesToPrepare(deps.db, studyId, kind)) {
    await deps.giveWay();
    const { instances, overlay } = await asHub(deps.db, async (tx) => ({
      instances: await listStoredInstances(tx, studyId, seriesInstanceUid),
      overlay: kind === "metadata" ? await findOverlay(tx, studyId) : null,
    }));
    const { object, writer } = await make(deps, studyInstanceUid, instances, overlay);
    const replaced = await save(deps.db, writer, id, kind, {
      ...object,
      instanceCount: instances.length,
      seriesVersion: version,
      identityChangeId: overlay?.changeId ?? null,
    });
    if (replaced === null) continue;
    await deps.blobs.delete(replaced);
    await noteReplacedGone(deps.db, replaced);
  }
}

/** The blob goes only when certainly no row names it; when that is not known, its mark has the sweep find out. */
async function save(
  db: Database,
  writer: BlobWriter | null,
  seriesId: string,
  kind: SeriesObjectKind,
  object: NewSeriesObject,
): Promise<string | null> {
  try {
    const replaced = await saveSeriesObject(db, seriesId, kind, object);
    writer?.unmark();
    return replaced;
  } catch (error) {
    if (isUndone(error)) await writer?.discard();
    throw error;
  }
}

interface Made {
  readonly object: Omit<NewSeriesObject, "instanceCount" | "seriesVersion" | "identityChangeId">;
  readonly writer: BlobWriter | null;
}

async function makeMetadata(
  { blobs }: PrepareStudyDeps,
  studyInstanceUid: string,
  instances: readonly StoredInstance[],
  overlay: IdentityOverlay | null,
): Promise<Made> {
  const bytes = await gzipBytes(await seriesMetadataJson(blobs, studyInstanceUid, instances, overlay), { level: 6 });
  const writer = await blobs.create({ marked: true });
  try {
    await writer.write(bytes);
    await writer.seal();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const sha256 = createHash("sha256").update(bytes).digest();
  return { object: { blobKey: writer.key, byteLength: bytes.length, sha256, indexGzip: null }, writer };
}

async function makeReadingBundle(
  deps: PrepareParts,
  studyInstanceUid: string,
  instances: readonly StoredInstance[],
): Promise<Made> {
  const made = await makeBundle(deps, studyInstanceUid, instances);
  if (!made) return { object: { blobKey: null, byteLength: 0, sha256: null, indexGzip: null }, writer: null };
  const { writer, byteLength, sha256, indexGzip } = made;
  return { object: { blobKey: writer.key, byteLength, sha256, indexGzip }, writer };
}
