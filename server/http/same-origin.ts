import type { NextFunction, Request, Response } from "express";
import { DomainError } from "../../core/errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps other sites' pages from acting with a person's cookie: browsers say where a request comes from (Sec-Fetch-Site,
 * or Origin), machines send neither and have no cookie to abuse. The cookie is SameSite=Strict besides.
 */
export function sameOrigin(request: Request, _response: Response, next: NextFunction): void {
  if (!SAFE.has(request.method) && !request.headers.authorization && isFromElsewhere(request))
    throw new DomainError("cross-site-request");
  next();
}

/** Does a browser say that another origin's page sent it? */
export function isFromElsewhere(request: Request): boolean {
  const fetchSite = request.get("sec-fetch-site");
  if (fetchSite) return fetchSite !== "same-origin" && fetchSite !== "none";
  const origin = request.get("origin");
  return origin !== undefined && origin !== `${request.protocol}://${request.get("host")}`;
}
