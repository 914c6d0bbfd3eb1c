import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { DomainError } from "../../core/errors.ts";
import { seriesMetadataJson } from "../../core/infra/archive/series-metadata.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import type { BlobStore } from "../../core/ports.ts";
import { withLinksTo } from "./bulk-data-links.ts";

/** The metadata of one series as it goes out: a JSON array. */
export interface SeriesMetadata {
  json(): Promise<Buffer>;
  gzipped(): Promise<Buffer>;
}

export interface SeriesSource {
  /** Changes when the series does: with the same one the kept text is given. */
  readonly version: string;
  readonly studyInstanceUid: string;
  readonly overlay: IdentityOverlay | null;
  /** Where its links lead to, as `linkBase` says. */
  readonly links: string | null;
  /** The key of the metadata made ready, compressed; null when there are none of this version. */
  readyKey(): Promise<string | null>;
  instances(): Promise<readonly StoredInstance[]>;
}

export interface MetadataShelf {
  ofSeries(source: SeriesSource): Promise<SeriesMetadata>;
}

/** Memory for texts that are asked for again; a series of 300 CT slices takes about 1 MB, and 60 KB compressed. */
const KEPT_BYTES = 48 * 1024 * 1024;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** Metadata of whole series: read in one go where they were made ready, else from the instances' headers. */
export function metadataShelf(blobs: BlobStore): MetadataShelf {
  const kept = lruCache<string, { readonly series: SeriesMetadata; readonly bytes: number }>(
    KEPT_BYTES,
    ({ bytes }) => bytes,
  );
  const making = new Map<string, Promise<{ readonly series: SeriesMetadata; readonly bytes: number }>>();

  /** Null when there is none, or when it has just been replaced by a newer one. */
  async function readReady(key: string | null): Promise<Buffer | null> {
    if (key === null) return null;
    return blobs.read(key).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === "not-found") return null;
      throw error;
    });
  }

  async function make(source: SeriesSource) {
    const ready = await readReady(await source.readyKey());
    // what was unfolded is not kept: those who ask for it plain are few
    const asReady = (bytes: Buffer) => ({
      series: { json: () => gunzipAsync(bytes), gzipped: async () => bytes },
      bytes: bytes.length,
    });
    if (ready && source.links === null) return asReady(ready);
    const rooted = ready
      ? await gunzipAsync(ready)
      : await seriesMetadataJson(blobs, source.studyInstanceUid, await source.instances(), source.overlay);
    const text = withLinksTo(source.links, rooted);
    if (ready) return asReady(text === rooted ? ready : await gzipBytes(text));
    let compressed: Promise<Buffer> | undefined;
    const gzipped = () => {
      compressed ??= gzipBytes(text);
      return compressed;
    };
    return { series: { json: async () => text, gzipped }, bytes: text.length };
  }

  return {
    ofSeries: async (source) => {
      const key = `${source.version} ${source.links ?? ""}`;
      const known = kept.get(key);
      if (known) return known.series;
      const running = making.get(key) ?? make(source).finally(() => making.delete(key));
      making.set(key, running);
      const made = await running;
      kept.set(key, made);
      return made.series;
    },
  };
}

export function gzipBytes(bytes: Buffer): Promise<Buffer> {
  return gzipAsync(bytes, { level: 5 });
}
