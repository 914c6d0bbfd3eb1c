import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { RenderHandler } from "./rendered.ts";
import { type Fractions, MAX_SIDE, qualityOf, type RenderedQuery, type Viewport, windowOf } from "./rendered-query.ts";

type Handler = (request: Request, response: Response, actor: Actor) => Promise<void>;

interface RetrieveHandlers {
  readonly retrieveInstance: Handler;
  readonly renderInstance: RenderHandler;
  readonly renderFrames: RenderHandler;
}

type TextOf = (name: string) => string | undefined;

/** What this hub does not do, and would change what is given: better refused than passed over. */
const REFUSED = ["anonymize", "presentationUID", "presentationSeriesUID"];
/** Of a picture; an instance as such has none of it (§9.4.1.2). */
const RENDERING = ["frameNumber", "region", "rows", "columns", "windowCenter", "windowWidth"];
const DICOM = "application/dicom";

/**
 * The URI service (PS3.18 §9): one instance by query parameters. Each request is put in the words of WADO-RS, so that access,
 * rendering and caching are decided in one place.
 */
export function wadoUri({ retrieveInstance, renderInstance, renderFrames }: RetrieveHandlers): Handler {
  return async (request, response, actor) => {
    const text: TextOf = (name) => {
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
      for (const name of RENDERING) if (text(name) !== undefined) throw invalid(name);
      const syntax = text("transferSyntax");
      // a value with a ; or a " would be another parameter
      if (syntax !== undefined && syntax !== "*" && !isUid(syntax)) throw invalid("transferSyntax");
      const accept = syntax === undefined ? DICOM : `${DICOM};transfer-syntax=${syntax}`;
      return retrieveInstance(asked(request, { accept }), response, actor);
    }
    const picture = asked(request, { accept: types.join(",") });
    const query = rendering(text);
    const frameNumber = text("frameNumber");
    if (frameNumber === undefined) return renderInstance(picture, response, actor, query);
    request.params.frames = frameNumber;
    return renderFrames(picture, response, actor, query);
  };
}

/** Window, region, size and quality (§9.5.1.2), as `/rendered` has them. */
function rendering(text: TextOf): RenderedQuery {
  const [center, width] = [text("windowCenter"), text("windowWidth")];
  if ((center === undefined) !== (width === undefined)) throw invalid("windowCenter, windowWidth");
  const region = regionOf(text("region"));
  const size = sizeOf(text);
  return {
    windowing: windowOf(center === undefined ? undefined : `${center},${width}`),
    viewport: region || size ? { size, region: region ?? {} } : null,
    quality: qualityOf(text("imageQuality")),
  };
}

/** `xMin,yMin,xMax,yMax`, in parts of the image. */
function regionOf(text: string | undefined): Fractions | null {
  if (text === undefined) return null;
  const parts = text.split(",");
  if (parts.length !== 4 || !parts.every((part) => /^\d(\.\d{1,9})?$/.test(part))) throw invalid("region");
  const [xMin, yMin, xMax, yMax] = parts.map(Number) as [number, number, number, number];
  if (xMin >= xMax || yMin >= yMax || xMax > 1 || yMax > 1) throw invalid("region");
  return { xMin, yMin, xMax, yMax };
}

/** The picture keeps its proportions: one side by itself leaves the other one open. */
function sizeOf(text: TextOf): Viewport["size"] {
  const side = (name: string): number | null => {
    const value = text(name);
    if (value === undefined) return null;
    if (!/^\d{1,4}$/.test(value) || Number(value) < 1 || Number(value) > MAX_SIDE) throw invalid(name);
    return Number(value);
  };
  const [rows, columns] = [side("rows"), side("columns")];
  return rows === null && columns === null ? null : { rows: rows ?? MAX_SIDE, columns: columns ?? MAX_SIDE };
}

/** The request with other query parameters. */
function asked(request: Request, query: Readonly<Record<string, string>>): Request {
  return Object.create(request, { query: { value: query } }) as Request;
}

function invalid(where: string): DomainError {
  return new DomainError("request-invalid", { where });
}
