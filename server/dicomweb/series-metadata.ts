import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type DicomJsonAttribute, dicomJson, dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { HEADER_LIMIT_BYTES, readPart10 } from "../../core/dicom/read-part10.ts";
import { DomainError } from "../../core/errors.ts";
import type { StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import type { BlobStore } from "../../core/ports.ts";
import { eachOf } from "./each-of.ts";
import { lruCache } from "./lru-cache.ts";

/** The metadata of one series as it goes out: a JSON array. */
export interface SeriesMetadata {
  readonly json: Buffer;
  /** The same, compressed when first asked for. */
  gzipped(): Promise<Buffer>;
}

export interface MetadataShelf {
  /**
   * `version` changes when the series does: with the same one the kept text is given. `studyPath` is where the study's
   * resources are, for links to bulk data.
   */
  ofSeries(
    version: string,
    studyPath: string,
    instances: () => Promise<readonly StoredInstance[]>,
  ): Promise<SeriesMetadata>;
  ofInstance(studyPath: string, instance: StoredInstance): Promise<string>;
}

/** Memory for texts that are asked for again; a series of 300 CT slices takes about 1 MB. */
const KEPT_BYTES = 48 * 1024 * 1024;
const READS_AT_ONCE = 8;

/** Metadata of instances (PS3.18 §10.4.1.1.2) from the headers in the blob store, series by series, kept while asked for. */
export function metadataShelf(blobs: BlobStore): MetadataShelf {
  const kept = lruCache<string, SeriesMetadata>(KEPT_BYTES, (series) => series.json.length);
  const making = new Map<string, Promise<SeriesMetadata>>();

  async function make(studyPath: string, instances: () => Promise<readonly StoredInstance[]>): Promise<SeriesMetadata> {
    const rows = await instances();
    const texts = await eachOf(rows, READS_AT_ONCE, (instance) => instanceMetadata(blobs, studyPath, instance));
    const json = Buffer.from(`[${texts.join(",\n")}]`);
    let compressed: Promise<Buffer> | undefined;
    return {
      json,
      gzipped: () => {
        compressed ??= gzipBytes(json);
        return compressed;
      },
    };
  }

  return {
    ofSeries: async (version, studyPath, instances) => {
      const known = kept.get(version);
      if (known) return known;
      const running = making.get(version) ?? make(studyPath, instances).finally(() => making.delete(version));
      making.set(version, running);
      const series = await running;
      kept.set(version, series);
      return series;
    },
    ofInstance: (studyPath, instance) => instanceMetadata(blobs, studyPath, instance),
  };
}

const gzipAsync = promisify(gzip);

export function gzipBytes(bytes: Buffer): Promise<Buffer> {
  return gzipAsync(bytes, { level: 5 });
}

async function instanceMetadata(blobs: BlobStore, studyPath: string, instance: StoredInstance): Promise<string> {
  const own = `${studyPath}/series/${instance.seriesInstanceUid}/instances/${instance.sopInstanceUid}`;
  const { byteLength, pixelDataOffset, blobKey } = instance;
  // Up to and with the pixel data element's head, which ends the reading.
  const end = Math.min(pixelDataOffset ?? byteLength, HEADER_LIMIT_BYTES);
  const head = await blobs.read(blobKey, { start: 0, end });
  try {
    const { dataSet, transferSyntaxUid } = readPart10(head, end === byteLength);
    const json = dicomJson(dataSet, { bulkDataUri: (path) => `${own}/bulkdata/${path}` });
    // Available Transfer Syntax UID (0008,3002): what /frames gives with transfer-syntax=*
    return dicomJsonText({ ...json, "00083002": uid(transferSyntaxUid) });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // One damaged header must not hide its whole series: what the index knows of it still tells what it is.
    return dicomJsonText({
      "00080018": uid(instance.sopInstanceUid),
      "0020000E": uid(instance.seriesInstanceUid),
      "00083002": uid(instance.transferSyntaxUid),
    });
  }
}

function uid(value: string): DicomJsonAttribute {
  return { vr: "UI", Value: [value] };
}
