import { setImmediate as nextTurn } from "node:timers/promises";
import { DomainError } from "../../core/errors.ts";
import type { StoreOutcome } from "../../core/ports.ts";
import { type BulkShelf, bulkShelf, wholeOfFrame } from "./bulk-shelf.ts";
import { composeInstance } from "./compose-instance.ts";
import type { BeginBulk, BulkHolder } from "./held-bulk.ts";
import { metadataItems } from "./metadata-items.ts";
import { type PartHeader, type PartSink, readMultipartRelated } from "./multipart-related.ts";
import type { PartIdentity } from "./part-identity.ts";
import { failedOutcome, type PartOutcome } from "./store-answer.ts";
import type { StoreRequest } from "./store-request.ts";
import { keywordOf, type WaitingInstance, waitingInstance } from "./waiting-instance.ts";

/** All metadata of one request: a thousand slices have 5 MB. */
const METADATA_BYTES = 32 * 1024 * 1024;
const LIMITS = { headerBytes: 16 * 1024, parts: 20_000 };
const MAX_INSTANCES = 20_000;
/** So much may be written beyond what came: instances may name the same bulk data, as a table of colours of a series. */
const SHARED_BYTES = 1024 ** 3;

/**
 * Instances as metadata and bulk data (PS3.18 §10.5.1.4): bulk data wait, in whatever order they come, and each instance is
 * stored as soon as all of its own are there; what was used goes. Throws for a request that is no such thing; the fate of
 * each instance stands in `outcomes`, by its place in the metadata.
 */
export async function storeMetadata(store: StoreRequest, beginBulk: BeginBulk, outcomes: PartOutcome[]): Promise<void> {
  const { body, boundary, inFlight } = store;
  const shelf = bulkShelf();
  const waiting = new Set<WaitingInstance>();
  const waitingFor = new Map<string, Set<WaitingInstance>>();
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
        chunks.push(Buffer.from(chunk));
      },
      end: async () => {
        const items = metadataItems(Buffer.concat(chunks.splice(0)), MAX_INSTANCES - outcomes.length);
        for (const text of items) {
          await take(text, outcomes.length);
          await nextTurn(); // thousands of them are not parsed in one go
        }
      },
    };
  }

  function refuse(error: DomainError, index: number, identity: PartIdentity): void {
    store.noteRefusal(error);
    outcomes[index] = failedOutcome(error, identity);
  }

  async function take(text: Buffer, index: number): Promise<void> {
    const instance = waitingInstance(text, index, store);
    if ("refused" in instance) return refuse(instance.refused, index, instance.identity);
    outcomes[index] = { ...instance.identity, failed: "bulk-data-missing" };
    waiting.add(instance);
    for (const location of instance.bulk.keys()) {
      users.set(location, (users.get(location) ?? 0) + 1);
      waitingFor.set(location, (waitingFor.get(location) ?? new Set()).add(instance));
    }
    for (const location of instance.bulk.keys()) arrived(instance, location);
    await storeIfWhole(instance);
  }

  function arrived(instance: WaitingInstance, location: string): void {
    if (!shelf.find(location, instance.bulk.get(location)?.frames ?? 1)) return;
    instance.missing.delete(location);
    waitingFor.get(location)?.delete(instance);
  }

  async function storeIfWhole(instance: WaitingInstance): Promise<void> {
    if (instance.missing.size > 0 || !waiting.delete(instance)) return;
    const { index, identity } = instance;
    for (const [location, { frames }] of instance.bulk)
      for (const bulk of shelf.find(location, frames) ?? []) bulkBytes += bulk.byteLength;
    if (bulkBytes > heldBytes + SHARED_BYTES) {
      refuse(new DomainError("too-large"), index, identity);
      return letGo(instance);
    }
    await inFlight.add(
      storeOne(store, instance, shelf)
        .then(
          (stored) => {
            outcomes[index] = { stored };
          },
          (error: unknown) => {
            outcomes[index] = failedOutcome(error, identity);
          },
        )
        .then(() => letGo(instance)),
    );
  }

  async function letGo({ bulk }: WaitingInstance): Promise<void> {
    for (const location of bulk.keys()) {
      const others = (users.get(location) ?? 1) - 1;
      users.set(location, others);
      if (others === 0) await shelf.release(location);
    }
  }

  async function bulkPart({ contentType, contentLocation }: PartHeader): Promise<PartSink> {
    if (!contentLocation) throw new DomainError("request-invalid", { where: "Content-Location" });
    const location = store.locationOf(contentLocation);
    let refused: DomainError | undefined;
    const holder = beginBulk(contentType);
    open = holder;
    const refuseIt = (error: unknown) => {
      refused = error instanceof DomainError ? error : new DomainError("storage-failed", {}, { cause: error });
      shelf.refuse(location, refused);
    };
    return {
      write: async (chunk) => {
        if (refused) return;
        await holder.write(chunk).catch(async (error: unknown) => {
          refuseIt(error);
          await holder.discard();
        });
      },
      end: async () => {
        open = undefined;
        if (refused) return;
        const held = await holder.hold().catch(refuseIt);
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
    for (const { index, identity, bulk, missing } of waiting) {
      const [location = ""] = missing;
      const attribute = keywordOf(bulk.get(location)?.tag ?? "");
      refuse(new DomainError(shelf.refusal(location)?.code ?? "bulk-data-missing", { attribute }), index, identity);
    }
    await shelf.releaseAll();
  }
}

async function storeOne(store: StoreRequest, instance: WaitingInstance, shelf: BulkShelf): Promise<StoreOutcome> {
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

function composed({ noteRefusal, locationOf }: StoreRequest, { metadata, bulk }: WaitingInstance, shelf: BulkShelf) {
  try {
    return composeInstance(metadata(), (uri) => {
      const location = locationOf(uri);
      return shelf.find(location, bulk.get(location)?.frames ?? 1) ?? [];
    });
  } catch (error) {
    if (error instanceof DomainError) noteRefusal(error);
    throw error;
  }
}
