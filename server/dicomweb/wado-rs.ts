import type { Request, Response } from "express";
import { type Actor, assertMay } from "../../core/access/actor.ts";
import { isDescribedDecoded } from "../../core/decode/native-frame.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { DomainError } from "../../core/errors.ts";
import { readBulkData } from "../../core/infra/archive/bulk-data.ts";
import type { FrameReader } from "../../core/infra/archive/frame-reader.ts";
import { instanceJson } from "../../core/infra/archive/instance-json.ts";
import { transcodedFrames } from "../../core/infra/archive/transcoded-frames.ts";
import type { AskedInstance } from "../../core/infra/archive/transcoded-instance.ts";
import type { FairCodecs } from "../../core/infra/codec/fair-codecs.ts";
import {
  listSeriesCounts,
  listStoredInstances,
  type StoredInstance,
} from "../../core/infra/postgres/archive-queries.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findOverlay } from "../../core/infra/postgres/identity-overlays.ts";
import { findSeriesObject } from "../../core/infra/postgres/series-objects.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import type { BlobStore } from "../../core/ports.ts";
import { linkBase, withLinksTo } from "./bulk-data-links.ts";
import { ASK_AGAIN, etagOf, IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import { acceptedBy, assertAcceptsDicomJson, sendDicomJson } from "./http-answer.ts";
import type { InstanceCatalogue } from "./instance-catalogue.ts";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";
import {
  type ChosenInstances,
  frameTransferSyntax,
  instanceTransferSyntax,
  negotiateBytes,
  negotiateFrames,
  negotiateInstances,
} from "./negotiate-media-type.ts";
import { pathUid } from "./path-uid.ts";
import { sendInstances } from "./send-instances.ts";
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

const MAX_FRAMES = 1000;

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

/** Retrieve transactions (PS3.18 §10.4) for what is stored: in the form in which it is stored, or made on the way. */
export function wadoRs(parts: WadoParts) {
  const { db, blobs, gate, catalogue, frames, describe, codecs, metadata } = parts;

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

  const transcoding = (actor: Actor) => ({ blobs, frames, codecs: codecs(actor.accountId) });

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
    const chosen = chooseForm(request, instances);
    await sendInstances(response, transcoding(actor), { instances, chosen, overlay });
  };

  const retrieveInstance: Handler = async (request, response, actor) => {
    const { instance, overlay } = await oneWithOverlay(request, actor);
    const { transferSyntaxUid, blobKey, byteLength } = instance;
    const chosen = chooseForm(request, [instance]);
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

  const retrieveFrames: Handler = async (request, response, actor) => {
    const numbers = frameNumbers(request.params.frames);
    const instance = await oneInstance(request, actor);
    const accepted = acceptedBy(request).filter((range) => numbers.length === 1 || isMultipartRange(range.type));
    const chosen = negotiateFrames(accepted, instance.transferSyntaxUid);
    response.vary("Accept");
    if (isUnchanged(request, response, etagOf(`f${instance.id} ${numbers} ${JSON.stringify(chosen)}`), IMMUTABLE))
      return;
    const { transcodeTo } = chosen;
    const given = transcodeTo ?? frameTransferSyntax(instance.transferSyntaxUid);
    const bytes = await (transcodeTo === null
      ? frames.read(instance, numbers)
      : madeFrames(request, actor, instance, numbers, transcodeTo));
    const contentType = `${chosen.type}; transfer-syntax=${given}`;
    await sendParts(response, bytes, { ...chosen, contentType, count: numbers.length });
  };

  /** Throws `not-acceptable` for colours that the header, which does not come with them, would have read as others. */
  async function madeFrames(
    request: Request,
    actor: Actor,
    instance: StoredInstance,
    numbers: readonly number[],
    to: string,
  ): Promise<AsyncIterable<Buffer>> {
    const { frames: described } = await describe(pathUid(request, "study"), instance);
    const [first] = described;
    if (!first) throw new DomainError("not-acceptable", { reason: "no pixels" });
    const { format } = first;
    if (!isDescribedDecoded(format, instance.transferSyntaxUid))
      throw new DomainError("not-acceptable", { reason: format.photometricInterpretation });
    return transcodedFrames(transcoding(actor), { instance, format, numbers }, to);
  }

  const retrieveBulkData: Handler = async (request, response, actor) => {
    const { path } = request.params;
    const instance = await oneInstance(request, actor);
    const chosen = negotiateBytes(acceptedBy(request));
    response.vary("Accept");
    const etag = etagOf(`b${instance.id} ${String(path)} ${chosen.isMultipart}`);
    if (isUnchanged(request, response, etag, IMMUTABLE)) return;
    const value = await readBulkData(blobs, instance, Array.isArray(path) ? path : [String(path)]);
    if (!chosen.isMultipart) {
      const range = beginRanged(request, response, { byteLength: value.length, etag });
      if (range) {
        const part = value.subarray(range.start, range.end);
        return sendParts(response, oneBy([part]), { ...chosen, contentType: chosen.type, count: 1 });
      }
    }
    await sendParts(response, oneBy([value]), { ...chosen, contentType: chosen.type, count: 1 });
  };

  return {
    retrieveInstances,
    retrieveInstance,
    retrieveMetadata,
    retrieveInstanceMetadata,
    retrieveFrames,
    retrieveBulkData,
  };
}

function chooseForm(request: Request, instances: readonly StoredInstance[]): ChosenInstances {
  // One part by itself can be asked for where there is one.
  const accepted = acceptedBy(request).filter((range) => instances.length === 1 || range.type !== "application/dicom");
  return negotiateInstances(accepted, new Set(instances.map((instance) => instance.transferSyntaxUid)));
}

/** Instances rejected for their quality can be had with `?rejected=quality` by who manages the archive. */
function wantsPoorOnes(request: Request, actor: Actor): boolean {
  if (request.query.rejected === undefined) return false;
  if (request.query.rejected !== "quality") throw new DomainError("request-invalid", { where: "rejected" });
  assertMay(actor, "study.reject");
  return true;
}

interface PartsForm {
  readonly isMultipart: boolean;
  readonly type: string;
  readonly contentType: string;
  readonly count: number;
}

async function sendParts(response: Response, parts: AsyncIterable<Buffer>, form: PartsForm): Promise<void> {
  const multipart = form.isMultipart ? multipartWriter(response, form.type) : null;
  if (!multipart) response.setHeader("Content-Type", form.contentType);
  for await (const part of parts) {
    // One part is in hand, so the whole length can be said; more go out as they are read.
    if (form.count === 1) {
      const around = multipart?.frameBytes([{ contentType: form.contentType, byteLength: part.length }]) ?? 0;
      response.setHeader("Content-Length", part.length + around);
    }
    response.cork();
    multipart?.beginPart(form.contentType, part.length);
    const isThere = writeWithRoom(response, part);
    if (form.count === 1) multipart?.end();
    response.uncork();
    if (!(await isThere)) return;
  }
  if (!multipart) response.end();
  else if (form.count > 1) multipart.end();
}

async function* oneBy<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

function versionOf(overlay: IdentityOverlay | null): string {
  return overlay ? `-c${overlay.changeId}` : "";
}

function frameNumbers(list: unknown): readonly number[] {
  if (typeof list !== "string" || !/^\d{1,9}(,\d{1,9})*$/.test(list))
    throw new DomainError("request-invalid", { where: "frames" });
  const numbers = list.split(",").map(Number);
  if (numbers.length > MAX_FRAMES || numbers.includes(0)) throw new DomainError("request-invalid", { where: "frames" });
  return numbers;
}

function isMultipartRange(type: string): boolean {
  return type === "*/*" || type.startsWith("multipart/");
}

/** Arrays as one array: the brackets between them become commas. */
function joined(arrays: readonly Buffer[]): Buffer {
  const [one] = arrays;
  if (arrays.length === 1 && one) return one;
  const inner = arrays.flatMap((array, i) => [Buffer.from(i > 0 ? "," : "["), array.subarray(1, -1)]);
  return Buffer.concat([...inner, Buffer.from("]")]);
}
