import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { mayHavePixels } from "../../core/infra/archive/describe-frames.ts";
import type { FrameReader } from "../../core/infra/archive/frame-reader.ts";
import type { RenderRequest } from "../../core/infra/codec/codec-tasks.ts";
import type { FairCodecs } from "../../core/infra/codec/fair-codecs.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import {
  listSeriesCounts,
  listStoredInstances,
  type StoredInstance,
} from "../../core/infra/postgres/stored-instances.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { BlobStore } from "../../core/ports.ts";
import { encapsulatedPdfRange } from "../../core/report/encapsulated-pdf-range.ts";
import { etagOf, IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import { acceptedBy } from "./http-answer.ts";
import type { InstanceCatalogue } from "./instance-catalogue.ts";
import { pathUid } from "./path-uid.ts";
import { type RenderedQuery, renderedQuery, scaleOf } from "./rendered-query.ts";
import type { StudyGate } from "./study-gate.ts";

export interface RenderedParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly gate: StudyGate;
  readonly catalogue: InstanceCatalogue;
  readonly frames: FrameReader;
  readonly describe: FrameDescriptions;
  readonly codecs: FairCodecs;
}

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;
/** What is asked of the picture may have come in another way than by the parameters of §8.3.5.1. */
export type RenderHandler = (
  request: Request,
  response: Response,
  actor: Actor,
  query?: RenderedQuery,
) => Promise<void>;

const PDF_SOP_CLASS = "1.2.840.10008.5.1.4.1.1.104.1";
const THUMBNAIL = "128,128";
/** Pictures that are asked for again: about 4 000 thumbnails. */
const KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_REPRESENTATIVES = 2000;

/** Rendered and thumbnail resources (PS3.18 §10.4.1.1.3, §10.4.1.1.4): JPEG or PNG through a window, in any size. */
export function renderedResources(parts: RenderedParts) {
  const { db, blobs, gate, catalogue, frames, describe, codecs } = parts;
  const pictures = lruCache<string, Uint8Array>(KEPT_BYTES, (picture) => picture.length);
  const representatives = lruCache<string, StoredInstance>(KEPT_REPRESENTATIVES);

  async function renderFrame(
    { accountId }: Actor,
    studyInstanceUid: string,
    { instance, frameNumber, query }: AskedPicture,
    type: PictureType,
  ): Promise<Uint8Array> {
    codecs.assertRoom(accountId);
    const { frames: described, palette } = await describe(studyInstanceUid, instance);
    if (described.length === 0) throw new DomainError("not-acceptable", { reason: "no pixels" });
    const frame = described[frameNumber - 1];
    if (!frame) throw new DomainError("not-found", { frame: frameNumber, frames: described.length });
    const scale = scaleOf(query.viewport, frame.format);
    for await (const stored of await frames.read(instance, [frameNumber])) {
      const { transferSyntaxUid } = instance;
      const bytes = new Uint8Array(stored); // a copy of its own: it is handed over
      const request: RenderRequest = {
        source: { bytes, transferSyntaxUid, format: frame.format, ...(palette && { palette }) },
        frame,
        windowing: query.windowing,
        scale,
        format: type === "image/png" ? { type } : { type, quality: query.quality },
      };
      return codecs.shareOf(accountId).run("render", request);
    }
    throw new DomainError("not-found", { frame: frameNumber });
  }

  /** One frame in the form that was asked for; the same once more is not made again. */
  async function sendPicture(request: Request, response: Response, actor: Actor, asked: AskedPicture): Promise<void> {
    const type = pictureType(request);
    const { instance, frameNumber, query } = asked;
    const key = etagOf(`${instance.id} ${frameNumber} ${type} ${JSON.stringify(query)}`);
    response.vary("Accept");
    if (isUnchanged(request, response, key, IMMUTABLE)) return;
    const picture = pictures.get(key) ?? (await renderFrame(actor, pathUid(request, "study"), asked, type));
    pictures.set(key, picture);
    if (request.query.annotation !== undefined)
      response.setHeader("Warning", '299 hub "annotations are not burned in"');
    response.setHeader("Content-Type", type);
    response.setHeader("Content-Length", picture.length);
    response.end(picture);
  }

  async function oneInstance(request: Request, actor: Actor): Promise<StoredInstance> {
    const studyId = await gate.pass(actor, pathUid(request, "study"), "study.view");
    return catalogue.find(actor, studyId, pathUid(request, "series"), pathUid(request, "instance"));
  }

  /** What stands for a series or a study: the middle one of its images, in the series with most of them. */
  async function representative(request: Request, actor: Actor): Promise<StoredInstance> {
    const studyId = await gate.pass(actor, pathUid(request, "study"), "study.view");
    const series = request.params.series === undefined ? null : pathUid(request, "series");
    const counts = await asActor(db, actor, (tx) => listSeriesCounts(tx, studyId));
    const wanted = counts.filter((each) => series === null || each.seriesInstanceUid === series);
    if (wanted.length === 0) throw new DomainError("not-found");
    const version = wanted.map(({ id, instanceCount, version: state }) => `${id}-${instanceCount}-${state}`).join(" ");
    const known = representatives.get(version);
    if (known) return known;
    const instances = await asActor(db, actor, (tx) => listStoredInstances(tx, studyId, series));
    const middle = middleImage(instances);
    if (!middle) throw new DomainError("not-acceptable", { reason: "no pixels" });
    representatives.set(version, middle);
    return middle;
  }

  async function frameInMiddle(request: Request, instance: StoredInstance): Promise<number> {
    const { frames: described } = await describe(pathUid(request, "study"), instance);
    return (described.length >> 1) + 1;
  }

  const renderInstance: RenderHandler = async (request, response, actor, query) => {
    const instance = await oneInstance(request, actor);
    if (!mayHavePixels(instance)) return sendDocument(blobs, request, response, instance);
    await sendPicture(request, response, actor, {
      instance,
      frameNumber: 1,
      query: query ?? renderedQuery(request.query),
    });
  };

  const renderFrames: RenderHandler = async (request, response, actor, query) => {
    const numbers = request.params.frames;
    if (typeof numbers !== "string" || !/^[1-9]\d{0,8}$/.test(numbers))
      throw new DomainError("request-invalid", { where: "frames" });
    const instance = await oneInstance(request, actor);
    const asked = { instance, frameNumber: Number(numbers), query: query ?? renderedQuery(request.query) };
    await sendPicture(request, response, actor, asked);
  };

  const renderRepresentative: Handler = async (request, response, actor) => {
    const instance = await representative(request, actor);
    const frameNumber = await frameInMiddle(request, instance);
    await sendPicture(request, response, actor, { instance, frameNumber, query: renderedQuery(request.query) });
  };

  const thumbnail =
    (pick: (request: Request, actor: Actor) => Promise<StoredInstance>): Handler =>
    async (request, response, actor) => {
      const instance = await pick(request, actor);
      const frames = request.params.frames;
      const frameNumber = frames === undefined ? await frameInMiddle(request, instance) : Number(frames);
      const query = renderedQuery({ viewport: THUMBNAIL, ...request.query });
      await sendPicture(request, response, actor, { instance, frameNumber, query });
    };

  return {
    renderInstance,
    renderFrames,
    renderRepresentative,
    thumbnailOfInstance: thumbnail(oneInstance),
    thumbnailOfSeries: thumbnail(representative),
  };
}

function middleImage(instances: readonly StoredInstance[]): StoredInstance | undefined {
  const images = instances.filter(mayHavePixels);
  const groups = [...Map.groupBy(images, (instance) => instance.seriesInstanceUid).values()];
  const largest = groups.toSorted((a, b) => b.length - a.length)[0];
  return largest?.[largest.length >> 1];
}

interface AskedPicture {
  readonly instance: StoredInstance;
  readonly frameNumber: number;
  readonly query: RenderedQuery;
}

type PictureType = "image/jpeg" | "image/png";

/** JPEG unless something else is asked for. Throws `not-acceptable`. */
function pictureType(request: Request): PictureType {
  for (const { type, except = [] } of acceptedBy(request)) {
    if (type === "image/png" || (["image/*", "*/*"].includes(type) && except.includes("image/jpeg")))
      return "image/png";
    if (["image/jpeg", "image/*", "*/*"].includes(type)) return "image/jpeg";
  }
  throw new DomainError("not-acceptable", { offered: "image/jpeg, image/png" });
}

/** An Encapsulated PDF is shown as the PDF it is; other documents have no rendered form here. */
async function sendDocument(
  blobs: BlobStore,
  request: Request,
  response: Response,
  instance: StoredInstance,
): Promise<void> {
  if (instance.sopClassUid !== PDF_SOP_CLASS) throw new DomainError("not-acceptable", { reason: "no pixels" });
  if (!acceptedBy(request).some(({ type }) => ["application/pdf", "application/*", "*/*"].includes(type)))
    throw new DomainError("not-acceptable", { offered: "application/pdf" });
  if (isUnchanged(request, response, `d${instance.id}`, IMMUTABLE)) return;
  const file = await blobs.read(instance.blobKey);
  const { start, end } = encapsulatedPdfRange(file);
  response.setHeader("Content-Type", "application/pdf");
  response.end(file.subarray(start, end));
}
