import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { parseDicomJson } from "../../core/dicom/parse-dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { BlobStore, StoreOutcome } from "../../core/ports.ts";
import { type BulkShelf, bulkShelf, wholeOfFrame } from "./bulk-shelf.ts";
import { composeInstance, numberOf, PIXEL_DATA, textOf } from "./compose-instance.ts";
import { type BulkHolder, bulkHolder } from "./held-bulk.ts";
import { type PartHeader, type PartSink, readMultipartRelated } from "./multipart-related.ts";
import { type FailedOutcome, outcomeOfError, type PartOutcome } from "./store-answer.ts";
import type { StoreRequest } from "./store-request.ts";

/** All metadata of one request: a thousand slices have 5 MB. */
const METADATA_BYTES = 16 * 1024 * 1024;
const LIMITS = { headerBytes: 16 * 1024, parts: 20_000 };
const MAX_INSTANCES = 20_000;
/** So much may be written beyond what came: instances may name the same bulk data, as a table of colours of a series. */
const SHARED_BYTES = 1024 ** 3;
const NUMBER_OF_FRAMES = "00280008";

/** An instance whose bulk data have not all come. */
interface Waiting {
  readonly index: number;
  readonly metadata: DicomJsonDataSet;
  /** Locations of its bulk data, with the attribute that each is the value of. */
  readonly bulk: ReadonlyMap<string, { readonly tag: string; readonly frames: number }>;
  readonly missing: Set<string>;
}

/**
 * Instances as metadata and bulk data (PS3.18 §10.5.1.4): bulk data wait in the blob store, in whatever order they come,
 * and each instance is stored as soon as all of its own are there; what was used goes. Throws for a request that is no such
 * thing; the fate of each instance stands in `outcomes`, by its place in the metadata.
 */
export async function storeMetadata(store: StoreRequest, blobs: BlobStore, outcomes: PartOutcome[]): Promise<void> {
  const { body, boundary, inFlight } = store;
  const shelf = bulkShelf();
  const waiting = new Set<Waiting>();
  const waitingFor = new Map<string, Set<Waiting>>();
  const users = new Map<string, number>();
  let metadataBytes = 0;
  let heldBytes = 0;
  let bulkBytes = 0;
  let open: BulkHolder | undefined;

  function metadataPart(): PartSink {
    const chunks: Buffer[] = [];
    return {
      write: async (chunk) => {
        metadataBytes += chunk.length;
        if (metadataBytes > METADATA_BYTES) throw new DomainError("too-large", { bytes: METADATA_BYTES });
        chunks.push(chunk);
      },
      end: async () => {
        const dataSets = dataSetsOf(Buffer.concat(chunks.splice(0)));
        if (outcomes.length + dataSets.length > MAX_INSTANCES)
          throw new DomainError("too-large", { instances: MAX_INSTANCES });
        for (const json of dataSets) await take(json, outcomes.length);
      },
    };
  }

  function refuse(json: unknown, index: number, error: DomainError): void {
    store.refusals.push(error);
    outcomes[index] = identified(json, outcomeOfError(error));
  }

  async function take(json: unknown, index: number): Promise<void> {
    try {
      const instance = waitingInstance(json, index, store.wantedStudy);
      outcomes[index] = identified(instance.metadata, { failed: "bulk-data-missing" });
      waiting.add(instance);
      for (const location of instance.bulk.keys()) {
        users.set(location, (users.get(location) ?? 0) + 1);
        waitingFor.set(location, (waitingFor.get(location) ?? new Set()).add(instance));
      }
      for (const location of instance.bulk.keys()) arrived(instance, location);
      await storeIfWhole(instance);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refuse(json, index, error);
    }
  }

  function arrived(instance: Waiting, location: string): void {
    if (!shelf.find(location, instance.bulk.get(location)?.frames ?? 1)) return;
    instance.missing.delete(location);
    waitingFor.get(location)?.delete(instance);
  }

  async function storeIfWhole(instance: Waiting): Promise<void> {
    if (instance.missing.size > 0 || !waiting.delete(instance)) return;
    for (const [location, { frames }] of instance.bulk)
      for (const bulk of shelf.find(location, frames) ?? []) bulkBytes += bulk.byteLength;
    if (bulkBytes > heldBytes + SHARED_BYTES) {
      refuse(instance.metadata, instance.index, new DomainError("too-large"));
      return letGo(instance);
    }
    await inFlight.add(
      storeOne(store, instance, shelf)
        .then(
          (stored) => {
            outcomes[instance.index] = { stored };
          },
          (error: unknown) => {
            outcomes[instance.index] = identified(instance.metadata, outcomeOfError(error));
          },
        )
        .then(() => letGo(instance)),
    );
  }

  async function letGo({ bulk }: Waiting): Promise<void> {
    for (const location of bulk.keys()) {
      const others = (users.get(location) ?? 1) - 1;
      users.set(location, others);
      if (others === 0) await shelf.release(location);
    }
  }

  async function bulkPart({ contentType, contentLocation }: PartHeader): Promise<PartSink> {
    const location = contentLocation && locationOf(contentLocation);
    if (!location) throw new DomainError("request-invalid", { where: "Content-Location" });
    let refused: DomainError | undefined;
    const holder = await bulkHolder(blobs, contentType);
    open = holder;
    const refuse = (error: unknown) => {
      refused = error instanceof DomainError ? error : new DomainError("storage-failed", {}, { cause: error });
      shelf.refuse(location, refused);
    };
    return {
      write: async (chunk) => {
        if (refused) return;
        await holder.write(chunk).catch(async (error: unknown) => {
          refuse(error);
          await holder.discard();
        });
      },
      end: async () => {
        open = undefined;
        if (refused) return;
        const held = await holder.hold().catch(refuse);
        if (!held) return;
        heldBytes += held.byteLength;
        shelf.put(location, held);
        for (const named of [location, wholeOfFrame(location)]) {
          if (named === undefined) continue;
          for (const instance of [...(waitingFor.get(named) ?? [])]) {
            arrived(instance, named);
            await storeIfWhole(instance);
          }
        }
      },
    };
  }

  const beginPart = async (header: PartHeader): Promise<PartSink> => {
    const type = header.contentType?.type;
    if (type === "application/dicom+json" || type === "application/json") return metadataPart();
    if (type === "application/dicom" || type === "application/dicom+xml")
      throw new DomainError("media-type-unsupported", { contentType: type });
    return bulkPart(header);
  };

  try {
    await readMultipartRelated(body, boundary, beginPart, LIMITS);
  } finally {
    await open?.discard();
    await inFlight.settled();
    for (const { index, metadata, bulk, missing } of waiting) {
      const [location = ""] = missing;
      const attribute = keywordOf(bulk.get(location)?.tag ?? "");
      refuse(metadata, index, new DomainError(shelf.refusal(location)?.code ?? "bulk-data-missing", { attribute }));
    }
    await shelf.releaseAll();
  }
}

async function storeOne(store: StoreRequest, instance: Waiting, shelf: BulkShelf): Promise<StoreOutcome> {
  const pieces = composed(store, instance, shelf);
  const incoming = await store.receiver.receivePart10(store.source);
  try {
    for (const piece of pieces) {
      if (Buffer.isBuffer(piece)) await incoming.write(piece);
      else for await (const chunk of piece.bytes()) await incoming.write(chunk);
    }
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  return incoming.store();
}

function composed({ refusals }: StoreRequest, { metadata, bulk }: Waiting, shelf: BulkShelf) {
  try {
    return composeInstance(metadata, (uri) => {
      const location = locationOf(uri);
      return shelf.find(location, bulk.get(location)?.frames ?? 1) ?? [];
    });
  } catch (error) {
    if (error instanceof DomainError) refusals.push(error);
    throw error;
  }
}

/** Throws `request-invalid` for what is no JSON; an array, or one data set by itself. */
function dataSetsOf(text: Buffer): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw new DomainError("request-invalid", { where: "metadata" }, { cause: error });
  }
  return Array.isArray(json) ? json : [json];
}

/** Throws what makes it impossible that it is ever stored, before its bulk data are waited for. */
function waitingInstance(json: unknown, index: number, wantedStudy: string | null): Waiting {
  const metadata = parseDicomJson(json);
  for (const tag of ["00080016", "00080018", "0020000D", "0020000E"]) {
    const uid = textOf(metadata[tag]);
    if (uid === "") throw new DomainError("dicom-identifier-missing", { attribute: keywordOf(tag) });
    if (!isUid(uid)) throw new DomainError("dicom-identifier-invalid", { attribute: keywordOf(tag) });
  }
  if (wantedStudy !== null && textOf(metadata["0020000D"]) !== wantedStudy) throw new DomainError("request-invalid");
  const frames = Math.max(1, numberOf(metadata[NUMBER_OF_FRAMES]) ?? 1);
  const bulk = new Map<string, { tag: string; frames: number }>();
  collectBulk(metadata, (uri, tag, isTop) =>
    bulk.set(locationOf(uri), { tag, frames: isTop && tag === PIXEL_DATA ? frames : 1 }),
  );
  return { index, metadata, bulk, missing: new Set(bulk.keys()) };
}

function collectBulk(
  dataSet: DicomJsonDataSet,
  found: (uri: string, tag: string, isTop: boolean) => void,
  isTop = true,
): void {
  for (const [tag, { vr, Value = [], BulkDataURI }] of Object.entries(dataSet)) {
    if (BulkDataURI !== undefined) found(BulkDataURI, tag, isTop);
    if (vr === "SQ") for (const item of Value) collectBulk(item as DicomJsonDataSet, found, false);
  }
}

/** One name for one place, however it is written; what is no URI is a name by itself. */
function locationOf(uri: string): string {
  return URL.parse(uri.trim(), "http://request.invalid/")?.href ?? uri.trim();
}

function keywordOf(tag: string): string {
  return elementOfTag(tag)?.keyword ?? tag;
}

/** Who it was, as far as it says. */
function identified(json: unknown, outcome: FailedOutcome): PartOutcome {
  const uid = (tag: string): string => {
    const value = (json as DicomJsonDataSet | null)?.[tag]?.Value?.[0];
    return typeof value === "string" && isUid(value) ? value : "";
  };
  const [sopClassUid, sopInstanceUid] = [uid("00080016"), uid("00080018")];
  return { ...outcome, ...(sopClassUid ? { sopClassUid } : {}), ...(sopInstanceUid ? { sopInstanceUid } : {}) };
}
