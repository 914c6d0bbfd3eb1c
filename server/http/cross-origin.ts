import type { NextFunction, Request, Response } from "express";
import { isFromElsewhere } from "./same-origin.ts";

/** Where pages of other origins may ask, with a bearer key. Our own pages' API is not among them. */
export const CROSS_ORIGIN_PATHS: readonly string[] = ["/dicom-web", "/fhir"];

/** Of requests. A browser asks for leave for most Accept headers too, since a quoted `type` has unsafe bytes (Fetch, §2.2.2). */
const ALLOWED_HEADERS =
  "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-Match, If-Modified-Since, If-None-Match, Pragma, Prefer, Range, X-Requested-With";
/** Of answers, beside those that any page may read. */
const EXPOSED_HEADERS =
  "Accept-Ranges, Content-Disposition, Content-Encoding, Content-Location, Content-Range, ETag, Location, Retry-After, Warning";
/** Each frame has a URL of its own, and each URL its own leave: kept for as long as Chromium keeps one at most. */
const MAX_AGE_S = 7200;

/**
 * Lets pages of the listed origins ask with a key (CORS; Fetch, §3.3). Credentials are never allowed, and a cookie that comes
 * along all the same, from a page of another origin on our own site, counts for nothing. A request of any other origin goes
 * its usual way, and the browser does not give its answer to the page.
 */
export function crossOrigin(origins: readonly string[]) {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || !origins.includes(origin) || !isFromElsewhere(request)) {
      next();
      return;
    }
    delete request.headers.cookie;
    response.setHeader("Access-Control-Allow-Origin", origin);
    if (request.method !== "OPTIONS" || request.get("access-control-request-method") === undefined) {
      response.setHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
      next();
      return;
    }
    response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST");
    response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
    response.setHeader("Access-Control-Max-Age", MAX_AGE_S);
    response.status(204).end();
  };
}
