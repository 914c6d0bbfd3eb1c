import type { Request, Response } from "express";
import { type Actor, assertMay } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { DomainError } from "../../core/errors.ts";
import { readBulkData } from "../../core/infra/archive/bulk-data.ts";
import type { FrameReader } from "../../core/infra/archive/frame-reader.ts";
import { instanceJson } from "../../core/infra/archive/instance-json.ts";
import type { AskedInstance } from "../../core/infra/archive/transcoded-instance.ts";
import type { FairCodecs } from "../../core/infra/codec/fair-codecs.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findOverlay } from "../../core/infra/postgres/identity-overlays.ts";
import { findSeriesObject } from "../../core/infra/postgres/series-objects.ts";
import {
  listSeriesCounts,
  listStoredInstances,
  type StoredInstance,
} from "../../core/infra/postgres/stored-instances.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import type { BlobStore } from "../../core/ports.ts";
import { linkBase, withLinksTo } from "./bulk-data-links.ts";
import { ASK_AGAIN, etagOf, IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import { acceptedBy, assertAcceptsDicomJson, sendDicomJson } from "./http-answer.ts";
import type { InstanceCatalogue } from "./instance-catalogue.ts";
import {
  type ChosenInstances,
  instanceTransferSyntax,
  negotiateBytes,
  negotiateInstances,
} from "./negotiate-media-type.ts";
import { pathUid } from "./path-uid.ts";
import { retrieveFrames } from "./retrieve-frames.ts";
import { sendInstances } from "./send-instances.ts";
import { oneBy, sendParts } from "./send-parts.ts";
import { beginRanged, sendRanged } from "./send-range.ts";
import { gzipBytes, type MetadataShelf } from "./series-metadata.ts";
import type { StudyGate, ViewAction } from "./study-gate.ts";

export interface WadoParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly gate: StudyGate;
  readonly catalogue: InstanceCatalogue;
  readonly frames: FrameReader;
  readonly describe: FrameDescriptions;
  readonly codecs: FairCodecs;
  readonly metadata: MetadataShelf;
}

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

/** Retrieve transactions (PS3.18 §10.4) for what is stored: in the form in which it is stored, or made on the way. */
export function wadoRs(parts: WadoParts) {
  const { db, blobs, gate, catalogue, frames, codecs, metadata } = parts;

  const pass = (request: Request, actor: Actor, action: ViewAction) =>
    gate.pass(actor, pathUid(request, "study"), action);

  async function oneInstance(request: Request, actor: Actor): Promise<StoredInstance> {
    return (await oneOfStudy(request, actor)).instance;
  }

  async function oneOfStudy(request: Request, actor: Actor) {
    const studyId = await pass(request, actor, "study.view");
    const instance = await catalogue.find(actor, studyId, pathUid(request, "series"), pathUid(request, "instance"));
    return { studyId, instance };
  }

  /** Who the patient is is not kept with the instances' rows: those never change, and it may. */
  async function oneWithOverlay(request: Request, actor: Actor): Promise<AskedInstance> {
    const { studyId, instance } = await oneOfStudy(request, actor);
    return { instance, overlay: await findOverlay(db, studyId) };
  }

  const transcoding = ({ accountId }: Actor) => ({ blobs, frames, codecs: codecs.shareOf(accountId) });

  /** Throws `not-acceptable`, and `busy` where something would have to be made. */
  function chooseForm(request: Request, actor: Actor, instances: readonly StoredInstance[]): ChosenInstances {
    // One part by itself can be asked for where there is one.
    const accepted = acceptedBy(request).filter(
      (range) => instances.length === 1 || range.type !== "application/dicom",
    );
    const stored = new Set(instances.map((instance) => instance.transferSyntaxUid));
    const chosen = negotiateInstances(accepted, stored);
    const isMade = [...stored].some((syntax) => instanceTransferSyntax(syntax, chosen.asked) !== syntax);
    if (isMade) codecs.assertRoom(actor.accountId);
    return chosen;
  }

  const retrieveInstances: Handler = async (request, response, actor) => {
    const studyId = await pass(request, actor, "study.export");
    const series = request.params.series === undefined ? null : pathUid(request, "series");
    const withPoorOnes = wantsPoorOnes(request, actor);
    const { instances, overlay } = await asActor(db, actor, async (tx) => ({
      instances: await listStoredInstances(tx, studyId, series, { withPoorOnes }),
      overlay: await findOverlay(tx, studyId),
    }));
    if (instances.length === 0) throw new DomainError("not-found");
    response.setHeader("Cache-Control", "private, no-store");
    const chosen = chooseForm(request, actor, instances);
    await sendInstances(response, transcoding(actor), { instances, chosen, overlay });
  };

  const retrieveInstance: Handler = async (request, response, actor) => {
    const { instance, overlay } = await oneWithOverlay(request, actor);
    const { transferSyntaxUid, blobKey, byteLength } = instance;
    const chosen = chooseForm(request, actor, [instance]);
    const given = instanceTransferSyntax(transferSyntaxUid, chosen.asked);
    const isMade = overlay !== null || given !== transferSyntaxUid;
    // Multipart bytes are another representation than the file's own, and the boundary is never the same twice.
    const form = `${chosen.isMultipart ? "i" : "s"}${instance.id}`;
    const etag = `${form}${given === transferSyntaxUid ? "" : `-${given}`}${versionOf(overlay)}`;
    response.vary("Accept");
    if (isUnchanged(request, response, etag, ASK_AGAIN)) return;
    if (isMade || chosen.isMultipart)
      return sendInstances(response, transcoding(actor), { instances: [instance], chosen, overlay });
    response.setHeader("Content-Type", `${chosen.type}; transfer-syntax=${transferSyntaxUid}`);
    await sendRanged(request, response, blobs, { key: blobKey, byteLength, etag });
  };

  const retrieveMetadata: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const studyId = await pass(request, actor, "study.view");
    const only = request.params.series === undefined ? null : pathUid(request, "series");
    const { all, overlay } = await asActor(db, actor, async (tx) => ({
      all: await listSeriesCounts(tx, studyId),
      overlay: await findOverlay(tx, studyId),
    }));
    const wanted = all.filter((series) => only === null || series.seriesInstanceUid === only);
    if (wanted.length === 0) throw new DomainError("not-found");
    const version = wanted.map(
      (series) => `${series.id}-${series.instanceCount}-${series.version}${versionOf(overlay)}`,
    );
    const links = linkBase(request);
    if (isUnchanged(request, response, etagOf(`${version.join(" ")} ${links ?? ""}`), ASK_AGAIN)) return;
    const texts = [];
    for (const [i, series] of wanted.entries()) {
      texts.push(
        await metadata.ofSeries({
          version: version[i] as string,
          studyInstanceUid: pathUid(request, "study"),
          overlay,
          links,
          readyKey: () =>
            asActor(db, actor, async (tx) => {
              const ready = await findSeriesObject(tx, series, "metadata", overlay?.changeId ?? null);
              return ready?.blobKey ?? null;
            }),
          instances: () => asActor(db, actor, (tx) => listStoredInstances(tx, studyId, series.seriesInstanceUid)),
        }),
      );
    }
    const [one] = texts;
    response.vary("Accept-Encoding");
    const isCompressed = request.acceptsEncodings("gzip") !== false;
    if (isCompressed) response.setHeader("Content-Encoding", "gzip");
    if (isCompressed && texts.length === 1 && one) return sendDicomJson(response, await one.gzipped());
    const json = joined(await Promise.all(texts.map((text) => text.json())));
    sendDicomJson(response, isCompressed ? await gzipBytes(json) : json);
  };

  const retrieveInstanceMetadata: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const { instance, overlay } = await oneWithOverlay(request, actor);
    const links = linkBase(request);
    const etag = etagOf(`m${instance.id}${versionOf(overlay)} ${links ?? ""}`);
    if (isUnchanged(request, response, etag, ASK_AGAIN)) return;
    const json = await instanceJson(blobs, pathUid(request, "study"), instance, overlay);
    sendDicomJson(response, withLinksTo(links, Buffer.from(`[${dicomJsonText(json)}]`)));
  };

  const retrieveBulkData: Handler = async (request, response, actor) => {
    const { path } = request.params;
    const instance = await oneInstance(request, actor);
    const chosen = negotiateBytes(acceptedBy(request));
    response.vary("Accept");
    const etag = etagOf(`b${instance.id} ${String(path)} ${chosen.isMultipart}`);
    if (isUnchanged(request, response, etag, IMMUTABLE)) return;
    const value = await readBulkData(blobs, instance, Array.isArray(path) ? path : [String(path)]);
    const range = chosen.isMultipart ? null : beginRanged(request, response, { byteLength: value.length, etag });
    const part = range ? value.subarray(range.start, range.end) : value;
    await sendParts(response, oneBy(part), { ...chosen, contentType: chosen.type, count: 1 });
  };

  return {
    retrieveInstances,
    retrieveInstance,
    retrieveMetadata,
    retrieveInstanceMetadata,
    retrieveFrames: retrieveFrames(parts, oneInstance),
    retrieveBulkData,
  };
}

/** Instances rejected for their quality can be had with `?rejected=quality` by who manages the archive. */
function wantsPoorOnes(request: Request, actor: Actor): boolean {
  if (request.query.rejected === undefined) return false;
  if (request.query.rejected !== "quality") throw new DomainError("request-invalid", { where: "rejected" });
  assertMay(actor, "study.reject");
  return true;
}

function versionOf(overlay: IdentityOverlay | null): string {
  return overlay ? `-c${overlay.changeId}` : "";
}

/** Arrays as one array: the brackets between them become commas. */
function joined(arrays: readonly Buffer[]): Buffer {
  const [one] = arrays;
  if (arrays.length === 1 && one) return one;
  const inner = arrays.flatMap((array, i) => [Buffer.from(i > 0 ? "," : "["), array.subarray(1, -1)]);
  return Buffer.concat([...inner, Buffer.from("]")]);
}
