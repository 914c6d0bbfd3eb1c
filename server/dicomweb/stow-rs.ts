import type { Request, Response } from "express";
import { type Actor, sitesFor } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { DomainError } from "../../core/errors.ts";
import type { BlobStore, IncomingInstance, InstanceReceiver, InstanceSource } from "../../core/ports.ts";
import { assertAcceptsDicomJson, dicomwebBaseUrl, sendDicomJson } from "./http-answer.ts";
import { type MediaType, parseMediaType } from "./media-type.ts";
import { type PartSink, readMultipartRelated } from "./multipart-related.ts";
import { partIdentity } from "./part-identity.ts";
import { type PartOutcome, storeAnswer, storeStatus } from "./store-answer.ts";
import { storeDescribed } from "./store-described.ts";

export interface StowSettings {
  /** Instances of one request that may wait for their commit while the next parts come in. */
  readonly storesInFlight: number;
}

/** So much of a part is kept to say who it was when it is refused, or to hold it against the study of the path. */
const HEAD_BYTES = 64 * 1024;

/**
 * Store Instances (PS3.18 §10.5): each part goes to the receiver as it arrives, and its fate is its own. When the client
 * goes away in the middle, the part at hand is thrown away; those that were whole stay, as their sender may send again.
 */
export async function storeInstances(
  request: Request,
  response: Response,
  actor: Actor,
  receiver: InstanceReceiver,
  blobs: BlobStore,
  settings: StowSettings,
): Promise<void> {
  const { boundary, isDescribed } = bodyOf(request.headers["content-type"]);
  assertAcceptsDicomJson(request);
  const source = sourceOf(actor);
  const wantedStudy = typeof request.params.study === "string" ? request.params.study : null;
  const outcomes = isDescribed
    ? await storeDescribed(request, boundary, { blobs, receiver, source, wantedStudy })
    : await storeFiles(request, boundary, { receiver, source, wantedStudy, settings });
  if (outcomes === null) return; // nobody is there to be answered
  if (outcomes.length === 0) throw new DomainError("request-invalid", { where: "multipart: no part" });
  const answer = storeAnswer(outcomes, dicomwebBaseUrl(request));
  sendDicomJson(response.status(storeStatus(outcomes)), dicomJsonText(answer));
}

interface StoreFilesParts {
  readonly receiver: InstanceReceiver;
  readonly source: InstanceSource;
  readonly wantedStudy: string | null;
  readonly settings: StowSettings;
}

/** Null when the client went away. */
async function storeFiles(
  request: Request,
  boundary: string,
  { receiver, source, wantedStudy, settings }: StoreFilesParts,
): Promise<PartOutcome[] | null> {
  const outcomes: PartOutcome[] = [];
  const inFlight = new Set<Promise<void>>();
  let open: IncomingInstance | undefined;

  async function beginPart(contentType: MediaType | undefined, index: number): Promise<PartSink> {
    // Stands until the part is through: a part that breaks off has this fate.
    outcomes[index] = { failed: "dicom-truncated" };
    if (contentType !== undefined && contentType.type !== "application/dicom") {
      outcomes[index] = { failed: "media-type-unsupported" };
      return SKIPPING;
    }
    const incoming = await receiver.receivePart10(source).catch((error: unknown) => {
      outcomes[index] = failure(error, Buffer.alloc(0));
      return null;
    });
    if (!incoming) return SKIPPING;
    open = incoming;
    const head: Buffer[] = [];
    let headBytes = 0;
    let refused = false;
    const refuse = (error: unknown) => {
      refused = true;
      outcomes[index] = failure(error, Buffer.concat(head));
    };
    return {
      write: async (chunk) => {
        if (refused) return;
        if (headBytes < HEAD_BYTES) {
          head.push(chunk);
          headBytes += chunk.length;
        }
        try {
          await incoming.write(chunk);
        } catch (error) {
          refuse(error);
          await incoming.abort();
        }
      },
      end: async () => {
        open = undefined;
        if (refused) return;
        if (wantedStudy !== null) {
          const { studyInstanceUid } = partIdentity(Buffer.concat(head));
          if (studyInstanceUid !== wantedStudy) {
            refuse(new DomainError(studyInstanceUid ? "request-invalid" : "dicom-unreadable"));
            return incoming.abort();
          }
        }
        const storing = incoming
          .store()
          .then((stored) => {
            outcomes[index] = { stored };
          }, refuse)
          .finally(() => inFlight.delete(storing));
        inFlight.add(storing);
        if (inFlight.size >= settings.storesInFlight) await Promise.race(inFlight);
      },
    };
  }

  try {
    await readMultipartRelated(request, boundary, beginPart);
  } catch (error) {
    if (request.destroyed && !request.complete) return null;
    throw error;
  } finally {
    await open?.abort();
    await Promise.all(inFlight);
  }
  return outcomes;
}

const SKIPPING: PartSink = { write: async () => undefined, end: async () => undefined };

const STORED_TYPES = new Set(["application/dicom", "application/dicom+json"]);

/** 415 unless it is multipart/related of DICOM files or of DICOM JSON with bulk data; the boundary of RFC 2046 §5.1.1. */
function bodyOf(contentType: string | undefined): { readonly boundary: string; readonly isDescribed: boolean } {
  const mediaType = parseMediaType(contentType ?? "");
  const { boundary, type = "application/dicom" } = mediaType?.parameters ?? {};
  const partType = type.toLowerCase();
  if (mediaType?.type !== "multipart/related" || !STORED_TYPES.has(partType))
    throw new DomainError("media-type-unsupported", { contentType: mediaType?.type ?? "" });
  if (!boundary || boundary.length > 200) throw new DomainError("request-invalid", { where: "boundary" });
  return { boundary, isDescribed: partType === "application/dicom+json" };
}

/** What comes in belongs to the one site at which the sender may store. */
function sourceOf(actor: Actor): InstanceSource {
  const [siteId, ...others] = sitesFor(actor, "study.store");
  if (siteId === undefined || others.length > 0) throw new DomainError("not-allowed", { action: "study.store" });
  return { siteId, via: "stow", sender: actor.username, accountId: actor.accountId };
}

function failure(error: unknown, head: Buffer): PartOutcome {
  const code = error instanceof DomainError ? error.code : "storage-failed";
  const { sopClassUid, sopInstanceUid } = partIdentity(head);
  const attribute = error instanceof DomainError ? error.detail.attribute : undefined;
  return {
    failed: code,
    ...(typeof attribute === "string" ? { attribute } : {}),
    ...(sopClassUid ? { sopClassUid } : {}),
    ...(sopInstanceUid ? { sopInstanceUid } : {}),
  };
}
