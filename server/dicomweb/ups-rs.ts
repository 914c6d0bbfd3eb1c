import express, { type Request } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { noteView } from "../../core/infra/postgres/note-view.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import { findWorkitems, readWorkitem } from "../../core/infra/postgres/workitem-queries.ts";
import {
  changeWorkitemState,
  lockLivingWorkitem,
  requestCancellation,
} from "../../core/reading/change-workitem-state.ts";
import { changeLockedRequest, requestReading } from "../../core/reading/request-reading.ts";
import { workitemUid } from "../../core/reading/workitem.ts";
import type { NoteHidden } from "../http/note-hidden.ts";
import type { DicomwebRoute } from "./dicomweb-router.ts";
import { assertAcceptsDicomJson, dicomwebBaseUrl, sendDicomJson } from "./http-answer.ts";
import { placeOfWorkitem, workitemOfPath } from "./place-of-workitem.ts";
import { parametersOf, warningOf } from "./qido-rs.ts";
import { isAeTitle } from "./ups-subscriptions.ts";
import { warn, warnOfFault, warnOfIgnored } from "./ups-warning.ts";
import { workitemAnswer } from "./workitem-answer.ts";
import { cancelRequest, newWorkitem, stateBody, workitemChanges } from "./workitem-body.ts";
import { MAX_WORKITEMS, workitemSearch } from "./workitem-query.ts";

type Handler = DicomwebRoute["handler"];

export interface UpsParts {
  readonly db: Database;
  readonly inReadingTransaction: InReadingTransaction;
  readonly noteHidden: NoteHidden;
}

const readJson = express.json({ type: ["application/dicom+json", "application/json"], limit: "256kb" });

/** The worklist service (PS3.18 §11): every reading task is a workitem, and the hub's use cases are its moves. */
export function upsRs({
  db,
  inReadingTransaction,
  noteHidden,
}: UpsParts): Readonly<Record<"search" | "retrieve" | "create" | "update" | "changeState" | "cancel", Handler>> {
  const placeOf = (request: Request, actor: Actor) => placeOfWorkitem({ db, noteHidden }, request, actor);

  const search: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const query = workitemSearch(parametersOf(request));
    const found = await findWorkitems(db, actor, { ...query, limit: query.limit + 1 });
    const matches = found.slice(0, query.limit);
    const warning = warningOf(query, found.length > matches.length && query.limit === MAX_WORKITEMS);
    if (warning) response.setHeader("Warning", warning);
    response.setHeader("Cache-Control", "private, no-store");
    const baseUrl = dicomwebBaseUrl(request);
    sendDicomJson(response, `[${matches.map((row) => dicomJsonText(workitemAnswer(row, baseUrl))).join(",\n")}]`);
  };

  const retrieve: Handler = async (request, response, actor) => {
    assertAcceptsDicomJson(request);
    const place = await placeOf(request, actor);
    const row = await asActor(db, actor, async (tx) => {
      const read = await readWorkitem(tx, place, { withInstances: true });
      if (read) await noteView(tx, actor, read.studyId, "study.view");
      return read;
    });
    if (!row) throw new DomainError("not-found");
    response.setHeader("Cache-Control", "private, no-store");
    sendDicomJson(response, `[${dicomJsonText(workitemAnswer(row, dicomwebBaseUrl(request)))}]`);
  };

  const create: Handler = async (request, response, actor) => {
    const { uid: ownUid, studyInstanceUid, request: reading, ignored } = newWorkitem(request.body);
    const given = givenUid(request) ?? ownUid;
    const taskId = await inReadingTransaction(actor, (tx) =>
      requestReading(tx, actor, studyInstanceUid, reading, given),
    ).catch(async (error: unknown) => {
      if (error instanceof DomainError && error.code === "not-found")
        await noteHidden(actor, "POST /dicom-web/workitems", { studyInstanceUid });
      throw error;
    });
    const uid = given ?? workitemUid({ taskId, number: 0 });
    warnOfIgnored(response, "created", ignored);
    const location = `${dicomwebBaseUrl(request)}/workitems/${uid}`;
    response.status(201).location(location).setHeader("Content-Location", location).end();
  };

  const update: Handler = async (request, response, actor) => {
    const place = await placeOf(request, actor);
    const { request: changes, ignored } = workitemChanges(request.body);
    await inReadingTransaction(actor, async (tx) =>
      changeLockedRequest(tx, actor, await lockLivingWorkitem(tx, place), changes),
    );
    warnOfIgnored(response, "updated", ignored);
    response.status(200).end();
  };

  const changeState: Handler = async (request, response, actor) => {
    const { state, transactionUid } = stateBody(request.body);
    const place = await placeOf(request, actor);
    const change = await inReadingTransaction(actor, (tx) =>
      changeWorkitemState(tx, actor, place, state, transactionUid),
    );
    if (change === "already") warn(response, `The UPS is already in the requested state of ${state}.`);
    response
      .status(200)
      .setHeader("Content-Location", `${dicomwebBaseUrl(request)}/workitems/${workitemOfPath(request)}`);
    response.end();
  };

  const cancel: Handler = async (request, response, actor) => {
    const asked = { ...cancelRequest(request.body), requestingAeTitle: requesterOf(request, actor) };
    const place = await placeOf(request, actor);
    const change = await inReadingTransaction(actor, (tx) => requestCancellation(tx, actor, place, asked));
    if (change === "already") warn(response, "The UPS is already in the requested state of CANCELED.");
    response.status(202).end();
  };

  return {
    search,
    retrieve,
    create: withBody(create),
    update: withBody(update, "update"),
    changeState: withBody(changeState),
    cancel: withBody(cancel),
  };
}

/** Reads the DICOM JSON first; other media types are refused (PS3.18 §11.1.2). */
function withBody(handler: Handler, transaction: "update" | "other" = "other"): Handler {
  return async (request, response, actor) => {
    try {
      // an empty body has no type
      const isEmpty = request.get("content-length") === "0";
      if (!isEmpty && request.is(["application/dicom+json", "application/json"]) === false)
        throw new DomainError("media-type-unsupported");
      await new Promise<void>((resolve, reject) =>
        readJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error))),
      );
      await handler(request, response, actor);
    } catch (error) {
      warnOfFault(response, error, transaction);
      throw error;
    }
  };
}

/** A web request has no AE title, and its event report must name one: the client's own where it says so, else its account. */
function requesterOf(request: Request, { username }: Actor): string {
  const { requester } = request.query;
  if (requester === undefined) return username.replace(/[^\x21-\x5b\x5d-\x7e]/g, "").slice(0, 16) || "WEB";
  if (typeof requester !== "string" || !isAeTitle(requester))
    throw new DomainError("request-invalid", { where: "requester" });
  return requester;
}

/** The UID that a client gives to what it makes: `?1.2.3`, or by name. */
function givenUid(request: Request): string | undefined {
  const [first] = parametersOf(request);
  if (!first) return undefined;
  const uid = first.value === "" ? first.name : first.value;
  const isNamed = first.value === "" || ["workitem", "AffectedSOPInstanceUID"].includes(first.name);
  if (!isNamed || !isUid(uid)) throw new DomainError("request-invalid", { where: "AffectedSOPInstanceUID" });
  return uid;
}
