import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

interface RetrieveHandlers {
  readonly retrieveInstance: Handler;
  readonly renderInstance: Handler;
  readonly renderFrames: Handler;
}

/** What this hub does not do, and would change what is given: better refused than passed over. */
const REFUSED = ["anonymize", "presentationUID", "presentationSeriesUID"];
const DICOM = "application/dicom";

/**
 * The URI service (PS3.18 §9): one instance by query parameters. Each request is put in the words of WADO-RS, so that access,
 * rendering and caching are decided in one place.
 */
export function wadoUri({ retrieveInstance, renderInstance, renderFrames }: RetrieveHandlers): Handler {
  return async (request, response, actor) => {
    const text = (name: string): string | undefined => {
      const value = request.query[name];
      if (value !== undefined && typeof value !== "string") throw invalid(name);
      return value;
    };
    if (text("requestType") !== "WADO") throw invalid("requestType");
    for (const name of REFUSED) if (text(name) !== undefined) throw invalid(name);
    const uid = (name: string): string => {
      const value = text(name) ?? "";
      if (!isUid(value)) throw invalid(name);
      return value;
    };
    Object.assign(request.params, { study: uid("studyUID"), series: uid("seriesUID"), instance: uid("objectUID") });

    const types = (text("contentType") ?? "image/jpeg").split(",").map((type) => type.split(";")[0]?.trim() ?? "");
    if (types.includes(DICOM)) {
      // `*` is how the RS services say it, and some clients say it here
      const syntax = text("transferSyntax") ?? "*";
      // a value with a ; or a " would be another parameter
      if (syntax !== "*" && !isUid(syntax)) throw invalid("transferSyntax");
      return retrieveInstance(asked(request, { accept: `${DICOM};transfer-syntax=${syntax}` }), response, actor);
    }
    const frameNumber = text("frameNumber");
    const query = { accept: types.join(","), ...rendering(text) };
    if (frameNumber === undefined) return renderInstance(asked(request, query), response, actor);
    request.params.frames = frameNumber;
    return renderFrames(asked(request, query), response, actor);
  };
}

/** Window, size and region as `/rendered` has them (§9.1.2.3 beside §8.3.5.1). */
function rendering(text: (name: string) => string | undefined): Readonly<Record<string, string>> {
  const [center, width, rows, columns, quality] = [
    "windowCenter",
    "windowWidth",
    "rows",
    "columns",
    "imageQuality",
  ].map(text);
  if ((center === undefined) !== (width === undefined)) throw invalid("windowCenter, windowWidth");
  if (text("region") !== undefined) throw invalid("region"); // in fractions of the image: not given here
  const most = "8192";
  return {
    ...(center !== undefined && width !== undefined && { window: `${center},${width}` }),
    ...((rows !== undefined || columns !== undefined) && { viewport: `${columns ?? most},${rows ?? most}` }),
    ...(quality !== undefined && { quality }),
  };
}

/** The request with other query parameters. */
function asked(request: Request, query: Readonly<Record<string, string>>): Request {
  return Object.create(request, { query: { value: query } }) as Request;
}

function invalid(where: string): DomainError {
  return new DomainError("request-invalid", { where });
}
