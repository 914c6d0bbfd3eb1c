import type { NextFunction, Request, RequestHandler, Response } from "express";

const METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
/** What a DICOMweb client sends beside the simple ones. */
const REQUEST_HEADERS = "Authorization, Accept, Content-Type, Range, If-Range, If-None-Match, If-Match";
const ANSWER_HEADERS =
  "ETag, Content-Location, Content-Range, Accept-Ranges, Content-Length, Content-Encoding, Location, Warning, Retry-After";
const PREFLIGHT_SECONDS = "600";

/**
 * Lets pages of other, named origins use DICOMweb with a key of their own (the Fetch standard's CORS protocol). Never with a
 * person's cookie: it is taken off, and credentials are not allowed.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  return (request: Request, response: Response, next: NextFunction) => {
    if (allowed.size === 0) return next();
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || !allowed.has(origin)) return next();
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
