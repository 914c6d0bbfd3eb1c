import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import {
  listSeriesCounts,
  listStoredInstances,
  type StoredInstance,
} from "../../core/infra/postgres/archive-queries.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { BlobStore } from "../../core/ports.ts";
import { readBulkData } from "./bulk-data.ts";
import type { FrameReader } from "./frame-reader.ts";
import { acceptedBy, assertAcceptsDicomJson, sendDicomJson } from "./http-answer.ts";
import type { InstanceCatalogue } from "./instance-catalogue.ts";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";
import { frameTransferSyntax, negotiateBytes, negotiateFrames, negotiateInstances } from "./negotiate-media-type.ts";
import { sendInstances } from "./send-instances.ts";
import { gzipBytes, type MetadataShelf } from "./series-metadata.ts";
import type { StudyGate, ViewAction } from "./study-gate.ts";

export interface WadoParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly gate: StudyGate;
  readonly catalogue: InstanceCatalogue;
  readonly frames: FrameReader;
  readonly metadata: MetadataShelf;
}

/** What cannot change may be kept by the client for an hour without asking; longer would outlive a sign-out too far. */
const IMMUTABLE = "private, max-age=3600, immutable";
const ASK_AGAIN = "private, no-cache";
const MAX_FRAMES = 1000;

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

/** Retrieve transactions (PS3.18 §10.4) for what is stored, in the form in which it is stored. */
export function wadoRs(parts: WadoParts) {
  const { db, blobs, gate, catalogue, frames, metadata } = parts;

  const pass = (request: Request, actor: Actor, action: ViewAction) => gate.pass(actor, uid(request, "study"), action);

  async function oneInstance(request: Request, actor: Actor): Promise<StoredInstance> {
    const studyId = await pass(request, actor, "study.view");
    return catalogue.find(actor, studyId, uid(request, "series"), uid(request, "instance"));
  }

  const retrieveInstances: Handler = async (request, response, actor) => {
    const studyId = await pass(request, actor, "study.export");
    const series = request.params.series === undefined ? null : uid(request, "series");
    const instances = await asActor(db, actor, (tx) => listStoredInstances(tx, studyId, series));
    if (instances.length === 0) throw new DomainError("not-found");
    response.setHeader("Cache-Control", "private, no-store");
    await send(request, response, instances);
  };

  const retrieveInstance: Handler = async (request, response, actor) => {
    const instance = await oneInstance(request, actor);
    if (isUnchanged(request, response, `i${instance.id}`, IMMUTABLE)) return;
    await send(request, response, [instance]);
  };

  async function send(request: Request, response: Response, instances: readonly StoredInstance[]): Promise<void> {
    const syntaxes = new Set(instances.map((instance) => instance.transferSyntaxUid));
    // One part by itself can be asked for where there is one.
    const accepted = acceptedBy(request).filter(
      (range) => instances.length === 1 || range.type !== "application/dicom",
    );
    await sendInstances(response, blobs, instances, negotiateInstances(accepted, syntaxes));
  }

  const retrieveMetadata: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const studyId = await pass(request, actor, "study.view");
    const only = request.params.series === undefined ? null : uid(request, "series");
    const all = await asActor(db, actor, (tx) => listSeriesCounts(tx, studyId));
    const wanted = all.filter((series) => only === null || series.seriesInstanceUid === only);
    if (wanted.length === 0) throw new DomainError("not-found");
    const version = wanted.map((series) => `${series.id}-${series.instanceCount}`);
    if (isUnchanged(request, response, hash(version.join(" ")), ASK_AGAIN)) return;
    const texts = [];
    for (const [i, series] of wanted.entries()) {
      const list = () => asActor(db, actor, (tx) => listStoredInstances(tx, studyId, series.seriesInstanceUid));
      texts.push(await metadata.ofSeries(version[i] as string, studyPath(request), list));
    }
    const json = joined(texts.map((text) => text.json));
    response.vary("Accept-Encoding");
    if (!request.acceptsEncodings("gzip")) return sendDicomJson(response, json);
    response.setHeader("Content-Encoding", "gzip");
    const [one] = texts;
    sendDicomJson(response, texts.length === 1 && one ? await one.gzipped() : await gzipBytes(json));
  };

  const retrieveInstanceMetadata: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const instance = await oneInstance(request, actor);
    if (isUnchanged(request, response, `m${instance.id}`, ASK_AGAIN)) return;
    sendDicomJson(response, `[${await metadata.ofInstance(studyPath(request), instance)}]`);
  };

  const retrieveFrames: Handler = async (request, response, actor) => {
    const numbers = frameNumbers(request.params.frames);
    const instance = await oneInstance(request, actor);
    const accepted = acceptedBy(request).filter((range) => numbers.length === 1 || isMultipartRange(range.type));
    const chosen = negotiateFrames(accepted, instance.transferSyntaxUid);
    response.vary("Accept");
    if (isUnchanged(request, response, hash(`f${instance.id} ${numbers} ${JSON.stringify(chosen)}`), IMMUTABLE)) return;
    const type = `${chosen.type}; transfer-syntax=${frameTransferSyntax(instance.transferSyntaxUid)}`;
    const bytes = await frames.read(instance, numbers);
    await sendParts(response, bytes, { ...chosen, contentType: type, count: numbers.length });
  };

  const retrieveBulkData: Handler = async (request, response, actor) => {
    const { path } = request.params;
    const instance = await oneInstance(request, actor);
    const chosen = negotiateBytes(acceptedBy(request));
    response.vary("Accept");
    if (isUnchanged(request, response, hash(`b${instance.id} ${String(path)} ${chosen.isMultipart}`), IMMUTABLE))
      return;
    const value = await readBulkData(blobs, instance, Array.isArray(path) ? path : [String(path)]);
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

function uid(request: Request, name: "study" | "series" | "instance"): string {
  const value = request.params[name];
  if (typeof value !== "string" || !isUid(value)) throw new DomainError("request-invalid", { where: name });
  return value;
}

function studyPath(request: Request): string {
  return `${request.baseUrl}/studies/${uid(request, "study")}`;
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

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/**
 * Sets ETag and Cache-Control; true when the client has this already and was told so. Not by `request.fresh`: that sends
 * all again to a client that asks for no stale answers, as fetch does with every condition of one's own.
 */
function isUnchanged(request: Request, response: Response, tag: string, cacheControl: string): boolean {
  response.setHeader("ETag", `"${tag}"`);
  response.setHeader("Cache-Control", cacheControl);
  const known = (request.headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (!known.includes(`"${tag}"`)) return false;
  response.status(304).end();
  return true;
}

/** Arrays as one array: the brackets between them become commas. */
function joined(arrays: readonly Buffer[]): Buffer {
  const [one] = arrays;
  if (arrays.length === 1 && one) return one;
  const inner = arrays.flatMap((array, i) => [Buffer.from(i > 0 ? "," : "["), array.subarray(1, -1)]);
  return Buffer.concat([...inner, Buffer.from("]")]);
}
