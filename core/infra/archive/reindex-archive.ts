import { sql } from "kysely";
import { DomainError, type ErrorCode } from "../../errors.ts";
import type { BlobOrigin, BlobStore } from "../../ports.ts";
import { describeInstance } from "../../study/describe-instance.ts";
import { instanceHead } from "../../study/instance-head.ts";
import type { ArchiveIndex } from "../../study/receive-instance.ts";
import { originOf } from "../blob/blob-key.ts";
import { keyInStore } from "../blob/cold-key.ts";
import type { Database } from "../postgres/database.ts";
import { namedKeys } from "../postgres/named-keys.ts";
import { writeAudit } from "../postgres/write-audit.ts";

export interface Reindexed {
  readonly indexed: number;
  /** Instances that another object already stands for. */
  readonly alreadyThere: number;
  /** Objects that are not originals: made-ready metadata and bundles, which are made again; these are swept in a day. */
  readonly others: number;
  /** Originals of a time when objects did not say their site, and none was given for them. */
  readonly withoutSite: number;
  /** Sites that were not in the database and are now, by their id alone. */
  readonly newSites: readonly string[];
  readonly refused: readonly { readonly key: string; readonly code: ErrorCode }[];
}

export interface ReindexParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly index: ArchiveIndex;
  /** For originals whose key does not say where they came from. */
  readonly siteWithoutOrigin?: string;
}

const BATCH = 200;
/** Read and indexed at the same time: enough for the index's group commit to gather something. */
const AT_ONCE = 16;
const PART10_MAGIC = { start: 128, end: 132 };

type Counts = { -readonly [K in keyof Reindexed]: Reindexed[K] extends number ? number : Reindexed[K] };

/**
 * Makes the rows of every original that no row names from its object alone. Originals are read whole, since their digests
 * are made anew. Safe to run twice, beside a running hub, and after it was broken off. The hub's own documents come last, so
 * that the studies they belong to are there.
 */
export async function reindexArchive(parts: ReindexParts): Promise<Reindexed> {
  const { db, blobs } = parts;
  const startedAt = new Date();
  const counts: Counts = { indexed: 0, alreadyThere: 0, others: 0, withoutSite: 0, newSites: [], refused: [] };
  const marked = new Set<string>();
  const documents: { key: string; origin: BlobOrigin }[] = [];

  async function ensureSite(siteId: string): Promise<void> {
    const { rows } = await sql<{ id: string }>`
      INSERT INTO site (id, name, name_en, kind) VALUES (${siteId}, ${siteId}, ${siteId}, 'community')
      ON CONFLICT (id) DO NOTHING RETURNING id`.execute(db);
    if (rows.length > 0) counts.newSites = [...counts.newSites, siteId];
  }
  const sites = new Map<string, Promise<void>>();
  const siteIsThere = (siteId: string) => {
    const ensuring = sites.get(siteId) ?? ensureSite(siteId);
    sites.set(siteId, ensuring);
    return ensuring;
  };

  async function indexOne(key: string, origin: BlobOrigin): Promise<void> {
    try {
      const head = instanceHead();
      for await (const chunk of await blobs.open(key)) head.take(chunk as Buffer);
      head.end();
      const { entry, blob } = await describeInstance(blobs, key, head);
      await siteIsThere(origin.siteId);
      const outcome = await parts.index.add(origin, entry, blob, Promise.resolve());
      if (outcome === "already-stored") counts.alreadyThere += 1;
      else if (outcome !== "stored") throw new DomainError(outcome);
      else {
        counts.indexed += 1;
        await mark(entry.study.studyInstanceUid);
      }
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === "unavailable") throw error;
      counts.refused = [...counts.refused, { key, code: error.code }];
    }
  }

  /** Before its time of quiet is over, so that its completion is only that. */
  async function mark(studyInstanceUid: string): Promise<void> {
    if (marked.has(studyInstanceUid)) return;
    marked.add(studyInstanceUid);
    await sql`UPDATE study SET is_reindexed = true
      WHERE study_instance_uid = ${studyInstanceUid} AND first_received_at >= ${startedAt}`.execute(db);
  }

  /** Nothing will name it again; but for one that is being made just now, whose row then speaks for it. */
  async function doom(key: string): Promise<void> {
    counts.others += 1;
    await sql`INSERT INTO doomed_blob (blob_key, sweep_after) VALUES (${key}, now() + interval '1 day')
      ON CONFLICT (blob_key) DO NOTHING`.execute(db);
  }

  async function originFor(key: string): Promise<BlobOrigin | null> {
    const said = originOf(keyInStore(key));
    if (said) return said;
    const isOriginal = (await blobs.read(key, PART10_MAGIC)).toString("latin1") === "DICM";
    if (!isOriginal) await doom(key);
    else if (parts.siteWithoutOrigin === undefined) counts.withoutSite += 1;
    else return { siteId: parts.siteWithoutOrigin, via: "stow", sender: "" };
    return null;
  }

  async function indexBatch(keys: readonly string[]): Promise<void> {
    const named = await namedKeys(db)(keys);
    await eachAtOnce(
      keys.filter((key) => !named.has(key)),
      async (key) => {
        const origin = await originFor(key);
        if (origin?.via === "hub") documents.push({ key, origin });
        else if (origin) await indexOne(key, origin);
      },
    );
  }

  let batch: string[] = [];
  for await (const key of blobs.keys()) {
    if (batch.push(key) < BATCH) continue;
    await indexBatch(batch);
    batch = [];
  }
  await indexBatch(batch);
  await eachAtOnce(documents, ({ key, origin }) => indexOne(key, origin));
  await writeAudit(db, {
    actor: "hub",
    action: "archive.reindex",
    outcome: "done",
    detail: { indexed: counts.indexed, refused: counts.refused.length, withoutSite: counts.withoutSite },
  });
  return counts;
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
