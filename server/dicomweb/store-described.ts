import type { Request } from "express";
import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { type RestStore, restStore } from "../../core/infra/archive/rest-store.ts";
import type { BlobStore, InstanceReceiver, InstanceSource } from "../../core/ports.ts";
import { type BulkPart, part10Of } from "./described-instance.ts";
import type { MediaType } from "./media-type.ts";
import { type PartSink, readMultipartRelated } from "./multipart-related.ts";
import type { PartOutcome } from "./store-answer.ts";

/** Metadata of all instances of one request; a CT of 1,000 slices has 5 MiB. */
const METADATA_BYTES = 32 * 1024 * 1024;
const MOST_INSTANCES = 10_000;
/** Bulk data wait for their metadata in memory up to this, all together, and beyond it in the store. */
const MEMORY_BYTES = 32 * 1024 * 1024;
const PART_MEMORY_BYTES = 1024 * 1024;

export interface StoreDescribedParts {
  readonly blobs: BlobStore;
  readonly receiver: InstanceReceiver;
  readonly source: InstanceSource;
  /** The study of the path; null where any is good. */
  readonly wantedStudy: string | null;
}

/**
 * Store Instances as DICOM JSON with bulk data (PS3.18 §8.6.1, §10.5.1), in whatever order the parts come. Each instance of
 * the metadata has a fate of its own; nothing is stored of a request that breaks off.
 */
export async function storeDescribed(
  request: Request,
  boundary: string,
  parts: StoreDescribedParts,
): Promise<PartOutcome[]> {
  const metadata: Buffer[][] = [];
  const bulk = new Map<string, { store: RestStore; mediaType: MediaType | undefined }[]>();
  const base = `http://${request.headers.host ?? "localhost"}${request.originalUrl}`;
  const addressOf = (uri: string) => URL.parse(uri, base)?.href ?? uri;
  let metadataBytes = 0;
  let memoryLeft = MEMORY_BYTES;

  function metadataPart(): PartSink {
    const chunks: Buffer[] = [];
    metadata.push(chunks);
    return {
      write: async (chunk) => {
        metadataBytes += chunk.length;
        if (metadataBytes > METADATA_BYTES) throw new DomainError("too-large", { part: "metadata" });
        chunks.push(Buffer.from(chunk));
      },
      end: async () => undefined,
    };
  }

  function bulkPart(mediaType: MediaType | undefined, location: string): PartSink {
    const own = Math.min(PART_MEMORY_BYTES, memoryLeft);
    memoryLeft -= own;
    const store = restStore(parts.blobs, own);
    const address = addressOf(location);
    bulk.set(address, [...(bulk.get(address) ?? []), { store, mediaType }]);
    return { write: (chunk) => store.write(Buffer.from(chunk)), end: () => store.end() };
  }

  try {
    const end = await readMultipartRelated(request, boundary, async (contentType, index, location) => {
      if (contentType?.type === "application/dicom+json") return metadataPart();
      if (location === undefined)
        throw new DomainError("request-invalid", { where: `part ${index}: Content-Location` });
      return bulkPart(contentType, location);
    });
    if (end !== "complete") throw new DomainError("request-invalid", { where: "multipart: broken off" });
    const find = (uri: string): readonly BulkPart[] | undefined =>
      bulk.get(addressOf(uri))?.map(({ store, mediaType }) => ({
        mediaType,
        byteLength: store.byteLength,
        read: () => store.read(),
      }));
    const outcomes: PartOutcome[] = [];
    for (const dataSet of metadata.flatMap(dataSetsOf)) {
      if (outcomes.length >= MOST_INSTANCES) throw new DomainError("too-large", { instances: MOST_INSTANCES });
      outcomes.push(await storeOne(dataSet, part10Of(dataSet, find), parts));
    }
    return outcomes;
  } finally {
    for (const { store } of [...bulk.values()].flat()) await store.discard();
  }
}

async function storeOne(
  dataSet: DicomJsonDataSet,
  file: AsyncIterable<Uint8Array>,
  { receiver, source, wantedStudy }: StoreDescribedParts,
): Promise<PartOutcome> {
  const incoming = await receiver.receivePart10(source);
  try {
    if (wantedStudy !== null && textOf(dataSet, "0020000D") !== wantedStudy)
      throw new DomainError("request-invalid", { where: "StudyInstanceUID" });
    for await (const bytes of file) await incoming.write(bytes);
  } catch (error) {
    await incoming.abort();
    if (!(error instanceof DomainError)) throw error;
    return refused(error, dataSet);
  }
  return incoming.store().then(
    (stored) => ({ stored }),
    (error: unknown) => refused(error, dataSet),
  );
}

function refused(error: unknown, dataSet: DicomJsonDataSet): PartOutcome {
  const [sopClassUid, sopInstanceUid] = [textOf(dataSet, "00080016"), textOf(dataSet, "00080018")];
  const attribute = error instanceof DomainError ? error.detail.attribute : undefined;
  return {
    failed: error instanceof DomainError ? error.code : "storage-failed",
    ...(typeof attribute === "string" ? { attribute } : {}),
    ...(isUid(sopClassUid) ? { sopClassUid } : {}),
    ...(isUid(sopInstanceUid) ? { sopInstanceUid } : {}),
  };
}

function textOf(dataSet: DicomJsonDataSet, tag: string): string {
  const value = dataSet[tag]?.Value?.[0];
  return typeof value === "string" ? value : "";
}

/** One data set, or an array of them. Throws `request-invalid`. */
function dataSetsOf(chunks: readonly Buffer[]): readonly DicomJsonDataSet[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new DomainError("request-invalid", { where: "metadata: JSON" });
  }
  const all: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (!all.every((one) => typeof one === "object" && one !== null && !Array.isArray(one)))
    throw new DomainError("request-invalid", { where: "metadata" });
  return all as readonly DicomJsonDataSet[];
}
