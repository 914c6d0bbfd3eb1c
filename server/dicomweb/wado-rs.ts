import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { nativeBytes } from "../../core/decode/native-bytes.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { DomainError } from "../../core/errors.ts";
import { readBulkData } from "../../core/infra/archive/bulk-data.ts";
import type { FrameReader } from "../../core/infra/archive/frame-reader.ts";
import { instanceJson } from "../../core/infra/archive/instance-json.ts";
import type { CodecPool } from "../../core/infra/codec/codec-pool.ts";
import {
  listSeriesCounts,
  listStoredInstances,
  type StoredInstance,
} from "../../core/infra/postgres/archive-queries.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findSeriesObject } from "../../core/infra/postgres/series-objects.ts";
import type { BlobStore } from "../../core/ports.ts";
import { linkBase, withLinksTo } from "./bulk-data-links.ts";
import { ASK_AGAIN, etagOf, IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import { acceptedBy, assertAcceptsDicomJson, sendDicomJson } from "./http-answer.ts";
import type { InstanceCatalogue } from "./instance-catalogue.ts";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";
import {
  framesNotAcceptable,
  frameTransferSyntax,
  negotiateBytes,
  negotiateFrames,
  negotiateInstances,
} from "./negotiate-media-type.ts";
import { pathUid } from "./path-uid.ts";
import { sendInstances } from "./send-instances.ts";
import { gzipBytes, type MetadataShelf } from "./series-metadata.ts";
import type { StudyGate, ViewAction } from "./study-gate.ts";

export interface WadoParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly gate: StudyGate;
  readonly catalogue: InstanceCatalogue;
  readonly frames: FrameReader;
  readonly descriptions: FrameDescriptions;
  readonly codecs: CodecPool;
  readonly metadata: MetadataShelf;
}

const MAX_FRAMES = 1000;

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

/** Retrieve transactions (PS3.18 §10.4) for what is stored, in the form in which it is stored; grey frames uncompressed, too. */
export function wadoRs(parts: WadoParts) {
  const { db, blobs, gate, catalogue, frames, descriptions, codecs, metadata } = parts;

  const pass = (request: Request, actor: Actor, action: ViewAction) =>
    gate.pass(actor, pathUid(request, "study"), action);

  async function oneInstance(request: Request, actor: Actor): Promise<StoredInstance> {
    const studyId = await pass(request, actor, "study.view");
    return catalogue.find(actor, studyId, pathUid(request, "series"), pathUid(request, "instance"));
  }

  const retrieveInstances: Handler = async (request, response, actor) => {
    const studyId = await pass(request, actor, "study.export");
    const series = request.params.series === undefined ? null : pathUid(request, "series");
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
    const only = request.params.series === undefined ? null : pathUid(request, "series");
    const all = await asActor(db, actor, (tx) => listSeriesCounts(tx, studyId));
    const wanted = all.filter((series) => only === null || series.seriesInstanceUid === only);
    if (wanted.length === 0) throw new DomainError("not-found");
    const version = wanted.map((series) => `${series.id}-${series.instanceCount}`);
    const links = linkBase(request);
    if (isUnchanged(request, response, etagOf(`${version.join(" ")} ${links ?? ""}`), ASK_AGAIN)) return;
    const texts = [];
    for (const [i, series] of wanted.entries()) {
      texts.push(
        await metadata.ofSeries({
          version: version[i] as string,
          studyInstanceUid: pathUid(request, "study"),
          links,
          readyKey: () =>
            asActor(db, actor, async (tx) => (await findSeriesObject(tx, series, "metadata"))?.blobKey ?? null),
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
    const instance = await oneInstance(request, actor);
    const links = linkBase(request);
    if (isUnchanged(request, response, etagOf(`m${instance.id} ${links ?? ""}`), ASK_AGAIN)) return;
    const json = await instanceJson(blobs, pathUid(request, "study"), instance);
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
    const type = `${chosen.type}; transfer-syntax=${frameTransferSyntax(instance.transferSyntaxUid, chosen.isDecoded)}`;
    const decode = chosen.isDecoded ? await decoderOf(pathUid(request, "study"), instance) : null;
    const stored = await frames.read(instance, numbers);
    await sendParts(response, decode ? decode(stored, numbers) : stored, {
      ...chosen,
      contentType: type,
      count: numbers.length,
    });
  };

  /**
   * To uncompressed bytes. Throws `not-acceptable` for colours: what a decoder makes of them is not what Photometric Interpretation
   * says in the metadata.
   */
  async function decoderOf(studyInstanceUid: string, instance: StoredInstance) {
    const { transferSyntaxUid } = instance;
    const described = await descriptions.of(studyInstanceUid, instance);
    const isGrey = described.frames.every(({ format }) => /^MONOCHROME[12]$/.test(format.photometricInterpretation));
    if (described.frames.length === 0 || !isGrey) throw framesNotAcceptable(transferSyntaxUid);
    return async function* (stored: AsyncIterable<Buffer>, numbers: readonly number[]): AsyncIterable<Buffer> {
      let at = 0;
      for await (const frame of stored) {
        const format = described.frames[(numbers[at++] ?? 0) - 1]?.format;
        if (!format) throw new DomainError("not-found");
        // a copy of its own: it is handed over
        const decoded = await codecs.run("decode", { bytes: new Uint8Array(frame), transferSyntaxUid, format });
        const bytes = decoded.kind === "grey" ? nativeBytes(decoded, format.bitsAllocated) : null;
        if (!bytes) throw framesNotAcceptable(transferSyntaxUid);
        yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
    };
  }

  const retrieveBulkData: Handler = async (request, response, actor) => {
    const { path } = request.params;
    const instance = await oneInstance(request, actor);
    const chosen = negotiateBytes(acceptedBy(request));
    response.vary("Accept");
    if (isUnchanged(request, response, etagOf(`b${instance.id} ${String(path)} ${chosen.isMultipart}`), IMMUTABLE))
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
