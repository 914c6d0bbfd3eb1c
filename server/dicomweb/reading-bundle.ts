import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Request, Response } from "express";
import { sql } from "kysely";
import type { Actor } from "../../core/access/actor.ts";
import { type BundleIndex, PREVIEW_HEAD_BYTES } from "../../core/bundle/bundle-index.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findSeriesObject, type SeriesObject } from "../../core/infra/postgres/series-objects.ts";
import { listSeriesCounts } from "../../core/infra/postgres/stored-instances.ts";
import type { BlobStore } from "../../core/ports.ts";
import { IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import { pathUid } from "./path-uid.ts";
import { sendBlob, sendRanged } from "./send-range.ts";
import type { StudyGate } from "./study-gate.ts";

const gunzipBytes = promisify(gunzip);

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

interface FoundBundle extends SeriesObject {
  readonly blobKey: string;
  readonly indexGzip: Buffer;
  readonly etag: string;
}

/**
 * The reading bundle of a series, beside the resources of PS3.18: `/bundle/preview` is the index and the small pictures of
 * all frames in one answer, `/bundle` the whole object, by ranges as the index says.
 */
export function readingBundle(parts: { readonly db: Database; readonly blobs: BlobStore; readonly gate: StudyGate }) {
  const { db, blobs, gate } = parts;

  async function find(request: Request, actor: Actor): Promise<FoundBundle> {
    const studyId = await gate.pass(actor, pathUid(request, "study"), "study.view");
    const seriesInstanceUid = pathUid(request, "series");
    const { series, found } = await asActor(db, actor, async (tx) => {
      const all = await listSeriesCounts(tx, studyId);
      const wanted = all.find((each) => each.seriesInstanceUid === seriesInstanceUid);
      if (!wanted) throw new DomainError("not-found", { seriesInstanceUid });
      return { series: wanted, found: await findSeriesObject(tx, wanted, "bundle") };
    });
    if (!found) {
      await askFor(db, studyId);
      throw new DomainError("bundle-not-made", { state: "waiting" });
    }
    const { blobKey, indexGzip } = found;
    if (blobKey === null || indexGzip === null) throw new DomainError("not-found", { part: "frames" });
    return {
      ...found,
      blobKey,
      indexGzip,
      etag: `b${series.id}-${series.instanceCount}-${series.version}-${blobKey.slice(-12)}`,
    };
  }

  const retrievePreview: Handler = async (request, response, actor) => {
    const bundle = await find(request, actor);
    if (isUnchanged(request, response, `${bundle.etag}p`, IMMUTABLE)) return;
    const index = await gunzipBytes(bundle.indexGzip);
    const { previewBytes } = JSON.parse(index.toString()) as BundleIndex;
    const head = Buffer.alloc(PREVIEW_HEAD_BYTES);
    head.writeUInt32LE(index.length);
    response.setHeader("Content-Length", PREVIEW_HEAD_BYTES + index.length + previewBytes);
    response.setHeader("Content-Type", "application/octet-stream");
    response.write(Buffer.concat([head, index]));
    await sendBlob(response, blobs, bundle.blobKey, { start: 0, end: previewBytes });
  };

  const retrieveBundle: Handler = async (request, response, actor) => {
    const bundle = await find(request, actor);
    if (isUnchanged(request, response, bundle.etag, IMMUTABLE)) return;
    response.setHeader("Content-Type", "application/octet-stream");
    await sendRanged(request, response, blobs, { ...bundle, key: bundle.blobKey });
  };

  return { retrievePreview, retrieveBundle };
}

/** A study that was complete before there were bundles, or whose bundle was taken away: it is made now. */
async function askFor(db: Database, studyId: string): Promise<void> {
  const payload = JSON.stringify({ studyId });
  await sql`
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'prepare-study', ${payload}::jsonb FROM study WHERE id = ${studyId} AND state = 'complete' AND NOT EXISTS (
      SELECT 1 FROM outbox WHERE name = 'prepare-study' AND payload = ${payload}::jsonb)`.execute(db);
}
