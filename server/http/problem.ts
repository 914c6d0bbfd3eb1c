import type { NextFunction, Request, Response } from "express";
import { DomainError, type ErrorKind } from "../../core/errors.ts";
import { errorTexts } from "../../core/texts/error-texts.ts";
import { fillText } from "../../core/texts/text-table.ts";

/** The HTTP translator of errors: domain error → RFC 9457 problem. */
const STATUS: Readonly<Record<ErrorKind, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  invalid: 400,
  conflict: 409,
  "too-many": 429,
  "too-large": 413,
  "no-range": 416,
  "unsupported-media": 415,
  "not-acceptable": 406,
  unavailable: 503,
};

const RETRY_AFTER_SECONDS = 2;

export interface ProblemOptions {
  /** A refusal is a line of the audit. */
  readonly onRefused: (request: Request, error: DomainError) => Promise<void>;
  readonly onUnexpected: (request: Request, error: unknown) => void;
}

export function problemTranslator(options: ProblemOptions) {
  return async (error: unknown, request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (response.headersSent) return next(error);
    // what was said of the answer that did not come is not true of this one
    for (const name of ["ETag", "Content-Encoding", "Content-Length", "Accept-Ranges"]) response.removeHeader(name);
    response.setHeader("Cache-Control", "no-store");
    const domainError = asDomainError(error);
    if (!domainError) {
      options.onUnexpected(request, error);
      response.status(500).type("application/problem+json");
      response.send(
        JSON.stringify({ type: "about:blank", title: "unexpected", status: 500, code: "unexpected", detail: {} }),
      );
      return;
    }
    if (domainError.kind === "forbidden") await options.onRefused(request, domainError).catch(() => undefined);
    const status = STATUS[domainError.kind];
    if (status === 503) response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
    const language = request.acceptsLanguages("zh", "en") === "en" ? 1 : 0;
    const title = fillText(errorTexts[`error.${domainError.code}`][language] ?? "", textValues(domainError));
    response.status(status).type("application/problem+json");
    response.send(
      JSON.stringify({ type: "about:blank", title, status, code: domainError.code, detail: domainError.detail }),
    );
  };
}

function textValues(error: DomainError): Record<string, string> {
  return Object.fromEntries(Object.entries(error.detail).map(([key, value]) => [key, String(value ?? "")]));
}

/** No connection, or one that broke: SQLSTATE class 08, and 57P01 to 57P03 (Postgres stops, crashed, or is starting). */
function isDatabaseAway(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === "string") return /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code);
  return (
    typeof message === "string" && /^(Connection terminated|timeout exceeded when trying to connect)/.test(message)
  );
}

/** What Express and its body parser throw has a meaning of ours, too. */
function asDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  const status = (error as { status?: unknown }).status;
  if (status === 413) return new DomainError("too-large");
  if (status === 415) return new DomainError("media-type-unsupported");
  if (status === 400 || error instanceof URIError) return new DomainError("request-invalid", { where: "request" });
  if (isDatabaseAway(error)) return new DomainError("storage-failed", {}, { cause: error });
  return null;
}
