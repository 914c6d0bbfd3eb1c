import type { NextFunction, Request, RequestHandler, Response } from "express";
import { isFromElsewhere } from "./same-origin.ts";

/** Where pages of other origins may ask, with a bearer key. Our own pages' API is not among them. */
export const CROSS_ORIGIN_PATHS: readonly string[] = ["/dicom-web", "/fhir"];

const METHODS = "GET, HEAD, POST, PUT, DELETE";
/** Of requests. A browser asks for leave for most Accept headers too, since a quoted `type` has unsafe bytes (Fetch, §2.2.2). */
const REQUEST_HEADERS =
  "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, Pragma, Prefer, Range, X-Requested-With";
/** Of answers, beside those that any page may read. */
const ANSWER_HEADERS =
  "Accept-Ranges, Content-Disposition, Content-Encoding, Content-Location, Content-Range, ETag, Location, Retry-After, Warning";
/** Each frame has a URL of its own, and each URL its own leave: kept for as long as Chromium keeps one at most. */
const PREFLIGHT_SECONDS = 7200;

/**
 * Lets pages of other, named origins ask with a key of their own (CORS; Fetch, §3.3). Credentials are never allowed, and a
 * person's cookie that comes along all the same, from a page of another origin on our own site, is taken off. A request of
 * any other origin goes its usual way, and the browser does not give its answer to the page.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  return (request: Request, response: Response, next: NextFunction) => {
    if (allowed.size === 0) return next();
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || !allowed.has(origin) || !isFromElsewhere(request)) return next();
    delete request.headers.cookie;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    const isPreflight = request.method === "OPTIONS" && request.get("access-control-request-method") !== undefined;
    if (!isPreflight) {
      response.setHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
      return next();
    }
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
    response.setHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    response.status(204).end();
  };
}
