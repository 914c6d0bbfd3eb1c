import express, { type Request, type Response, type Router } from "express";
import { type Actor, mayAtAll } from "../../core/access/actor.ts";
import type { Action } from "../../core/access/policy.ts";
import { DomainError } from "../../core/errors.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import type { CodecPool } from "../../core/infra/codec/codec-pool.ts";
import { fairCodecs } from "../../core/infra/codec/fair-codecs.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { readingTransactions } from "../../core/infra/postgres/reading-transaction.ts";
import type { BlobStore, Clock, InstanceReceiver } from "../../core/ports.ts";
import { noteHidden } from "../http/note-hidden.ts";
import { actorOf } from "../http/request-actor.ts";
import { capabilities } from "./capabilities.ts";
import { frameDescriptions } from "./frame-descriptions.ts";
import { bulkHolders } from "./held-bulk.ts";
import { instanceCatalogue } from "./instance-catalogue.ts";
import { searchFor } from "./qido-rs.ts";
import { readingBundle } from "./reading-bundle.ts";
import { renderedResources } from "./rendered.ts";
import { metadataShelf } from "./series-metadata.ts";
import { type StowSettings, storeInstances } from "./stow-rs.ts";
import { studyGate } from "./study-gate.ts";
import { upsRs } from "./ups-rs.ts";
import { upsSubscriptions } from "./ups-subscriptions.ts";
import { wadoRs } from "./wado-rs.ts";
import { wadoUri } from "./wado-uri.ts";

export interface DicomwebParts {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly receiver: InstanceReceiver;
  readonly codecs: CodecPool;
  readonly clock?: Clock;
  readonly stow?: StowSettings;
}

/** One resource of PS3.18 and the action of the policy that it asks for. */
export interface DicomwebRoute {
  readonly method: "get" | "post" | "put" | "delete" | "options";
  readonly path: string;
  readonly action: Action;
  readonly handler: (request: Request, response: Response, actor: Actor) => Promise<void>;
}

/** Enough that group commit has something to gather, few enough that a request holds little. */
const STOW_SETTINGS: StowSettings = { storesInFlight: 8, silenceMs: 60_000 };

const SERIES = "/studies/:study/series/:series";
const WORKITEM = "/workitems/:workitem";
const SUBSCRIBER = `${WORKITEM}/subscribers/:aeTitle`;
const INSTANCE = `${SERIES}/instances/:instance`;

/** Every route under /dicom-web. One that is not here does not exist, and one without an action does not compile. */
export function dicomwebRoutes(parts: DicomwebParts): readonly DicomwebRoute[] {
  const { db, blobs, receiver, codecs, clock = Date.now, stow = STOW_SETTINGS } = parts;
  const gate = studyGate(db, clock);
  const bundle = readingBundle({ db, blobs, gate });
  const describe = frameDescriptions(blobs);
  const reading = {
    db,
    blobs,
    gate,
    catalogue: instanceCatalogue(db, clock),
    frames: frameReader(blobs),
    describe,
    codecs: fairCodecs(codecs),
  };
  const wado = wadoRs({ ...reading, metadata: metadataShelf(blobs) });
  const rendered = renderedResources(reading);
  const uri = wadoUri({ ...wado, ...rendered });
  const tellCapabilities: DicomwebRoute["handler"] = (request, response) =>
    capabilities(() => routes)(request, response);
  const ups = upsRs({ db, inReadingTransaction: readingTransactions(db, clock), noteHidden: noteHidden(db) });
  const subscriptions = upsSubscriptions({ db, noteHidden: noteHidden(db) });
  const stowParts = { receiver, beginBulk: bulkHolders(blobs), settings: stow };
  const store: DicomwebRoute["handler"] = (request, response, actor) =>
    storeInstances(request, response, actor, stowParts);
  const get = (path: string, handler: DicomwebRoute["handler"]): DicomwebRoute => ({
    method: "get",
    path,
    action: "study.view",
    handler,
  });
  const routes: readonly DicomwebRoute[] = [
    { method: "post", path: "/studies", action: "study.store", handler: store },
    { method: "post", path: "/studies/:study", action: "study.store", handler: store },
    get("/studies", searchFor(db, blobs, "study")),
    get("/series", searchFor(db, blobs, "series")),
    get("/instances", searchFor(db, blobs, "instance")),
    get("/studies/:study/series", searchFor(db, blobs, "series")),
    get("/studies/:study/instances", searchFor(db, blobs, "instance")),
    get(`${SERIES}/instances`, searchFor(db, blobs, "instance")),
    get("/studies/:study", wado.retrieveInstances),
    get("/studies/:study/metadata", wado.retrieveMetadata),
    get(SERIES, wado.retrieveInstances),
    get(`${SERIES}/metadata`, wado.retrieveMetadata),
    get(`${SERIES}/bundle`, bundle.retrieveBundle),
    get(`${SERIES}/bundle/preview`, bundle.retrievePreview),
    get(INSTANCE, wado.retrieveInstance),
    get(`${INSTANCE}/metadata`, wado.retrieveInstanceMetadata),
    get(`${INSTANCE}/frames/:frames`, wado.retrieveFrames),
    get("/studies/:study/rendered", rendered.renderRepresentative),
    get("/studies/:study/thumbnail", rendered.thumbnailOfSeries),
    get(`${SERIES}/rendered`, rendered.renderRepresentative),
    get(`${SERIES}/thumbnail`, rendered.thumbnailOfSeries),
    get(`${INSTANCE}/rendered`, rendered.renderInstance),
    get(`${INSTANCE}/thumbnail`, rendered.thumbnailOfInstance),
    get(`${INSTANCE}/frames/:frames/rendered`, rendered.renderFrames),
    get(`${INSTANCE}/frames/:frames/thumbnail`, rendered.thumbnailOfInstance),
    get(`${INSTANCE}/bulkdata/*path`, wado.retrieveBulkData),
    get("/wado", uri),
    // for clients that know one address for all services
    get("/", uri),
    { method: "options", path: "/", action: "session.use", handler: tellCapabilities },
    { method: "get", path: "/capabilities", action: "session.use", handler: tellCapabilities },
    { method: "get", path: "/workitems", action: "task.view", handler: ups.search },
    { method: "post", path: "/workitems", action: "task.request", handler: ups.create },
    { method: "get", path: WORKITEM, action: "task.view", handler: ups.retrieve },
    { method: "post", path: WORKITEM, action: "task.request", handler: ups.update },
    { method: "put", path: `${WORKITEM}/state`, action: "task.read", handler: ups.changeState },
    { method: "post", path: `${WORKITEM}/cancelrequest`, action: "task.withdraw", handler: ups.cancel },
    { method: "post", path: SUBSCRIBER, action: "task.view", handler: subscriptions.subscribe },
    { method: "delete", path: SUBSCRIBER, action: "task.view", handler: subscriptions.unsubscribe },
    { method: "post", path: `${SUBSCRIBER}/suspend`, action: "task.view", handler: subscriptions.suspend },
    { method: "get", path: "/subscribers/:aeTitle", action: "task.view", handler: subscriptions.openChannel },
  ];
  return routes;
}

/** To be mounted at /dicom-web, after the request's actor has been found. Faults are thrown as DomainErrors. */
export function dicomwebRouter(parts: DicomwebParts): Router {
  const router = express.Router();
  for (const { method, path, action, handler } of dicomwebRoutes(parts)) {
    router[method](path, (request, response) => {
      const actor = actorOf(request);
      if (!mayAtAll(actor, action)) throw new DomainError("not-allowed", { action });
      return handler(request, response, actor);
    });
  }
  return router;
}
