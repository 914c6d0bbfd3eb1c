import type { Request, Response } from "express";
import { type Actor, sitesFor } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { DomainError } from "../../core/errors.ts";
import type { InstanceReceiver, InstanceSource } from "../../core/ports.ts";
import type { BeginBulk } from "./held-bulk.ts";
import { assertAcceptsDicomJson, dicomwebBaseUrl, sendDicomJson } from "./http-answer.ts";
import { parseMediaType } from "./media-type.ts";
import { steadyBody } from "./steady-body.ts";
import { type PartOutcome, storeAnswer, storeStatus } from "./store-answer.ts";
import { storeFiles } from "./store-files.ts";
import { storeMetadata } from "./store-metadata.ts";
import { type StoreRequest, storesInFlight } from "./store-request.ts";

export interface StowParts {
  readonly receiver: InstanceReceiver;
  /** For all requests together. */
  readonly beginBulk: BeginBulk;
  readonly settings: StowSettings;
}

export interface StowSettings {
  /** Instances of one request that may wait for their commit while the next parts come in. */
  readonly storesInFlight: number;
  /** After so long without a byte from the client it is taken to have gone. */
  readonly silenceMs: number;
}

/**
 * Store Instances (PS3.18 §10.5), as files or as metadata and bulk data: the fate of each instance is its own. When the
 * client goes away in the middle, what is at hand is thrown away; instances that were whole stay, as their sender may send
 * again.
 */
export async function storeInstances(
  request: Request,
  response: Response,
  actor: Actor,
  { receiver, beginBulk, settings }: StowParts,
): Promise<void> {
  const { boundary, type } = contentOf(request.headers["content-type"]);
  assertAcceptsDicomJson(request);
  let refusal: DomainError | undefined;
  const store: StoreRequest = {
    body: steadyBody(request, settings.silenceMs),
    boundary,
    source: sourceOf(actor),
    receiver,
    wantedStudy: typeof request.params.study === "string" ? request.params.study : null,
    locationOf: locationsFrom(`${dicomwebBaseUrl(request)}/studies`),
    inFlight: storesInFlight(settings.storesInFlight),
    noteRefusal: (error) => {
      refusal ??= error;
    },
  };
  const outcomes: PartOutcome[] = [];
  try {
    await (type === "application/dicom" ? storeFiles(store, outcomes) : storeMetadata(store, beginBulk, outcomes));
  } catch (error) {
    if (request.destroyed && !request.complete) return; // nobody is there to be answered
    request.resume(); // what is left of it goes by, so that the connection serves the next request
    throw error;
  } finally {
    // as with the receiver's own refusals, a store that does not answer must not hide what became of the rest
    if (refusal) await receiver.refused(store.source, refusal).catch(() => undefined);
  }
  if (outcomes.length === 0) throw new DomainError("request-invalid", { where: "multipart: no instance" });
  const answer = storeAnswer(outcomes, dicomwebBaseUrl(request));
  sendDicomJson(response.status(storeStatus(outcomes)), dicomJsonText(answer));
}

/** 415 unless it is multipart/related of one of the two forms that are taken; the boundary of RFC 2046 §5.1.1. */
function contentOf(contentType: string | undefined) {
  const mediaType = parseMediaType(contentType ?? "");
  const { boundary, type: root = "application/dicom" } = mediaType?.parameters ?? {};
  const type = root.toLowerCase();
  if (mediaType?.type !== "multipart/related" || (type !== "application/dicom" && type !== "application/dicom+json"))
    throw new DomainError("media-type-unsupported", { contentType: mediaType?.type ?? "" });
  if (!boundary || boundary.length > 200) throw new DomainError("request-invalid", { where: "boundary" });
  return { boundary, type } as const;
}

/** What is no URI is a name by itself. */
function locationsFrom(base: string): (uri: string) => string {
  return (uri) => URL.parse(uri.trim(), base)?.href ?? uri.trim();
}

/** What comes in belongs to the one site at which the sender may store. */
function sourceOf(actor: Actor): InstanceSource {
  const [siteId, ...others] = sitesFor(actor, "study.store");
  if (siteId === undefined || others.length > 0) throw new DomainError("not-allowed", { action: "study.store" });
  return { siteId, via: "stow", sender: actor.username, accountId: actor.accountId };
}
