import type { Request, Response } from "express";
import { DomainError } from "../../core/errors.ts";
import { type AcceptedRange, parseAccept } from "./media-type.ts";

/** The media types a client takes: the `accept` parameter of PS3.18 §8.3.3.1 when given, else its Accept header. */
export function acceptedBy(request: Request): readonly AcceptedRange[] {
  const { accept } = request.query;
  return parseAccept(typeof accept === "string" ? accept : request.headers.accept);
}

const JSON_TYPES = new Set(["application/dicom+json", "application/json", "application/*", "*/*"]);

/** Throws `not-acceptable` for a client that takes XML only. */
export function assertAcceptsDicomJson(request: Request): void {
  if (!acceptedBy(request).some((range) => JSON_TYPES.has(range.type)))
    throw new DomainError("not-acceptable", { offered: "application/dicom+json" });
}

export function sendDicomJson(response: Response, body: string | Buffer): void {
  response.setHeader("Content-Type", "application/dicom+json");
  response.end(body);
}

/** Absolute URL of the DICOMweb root as this client knows it. */
export function dicomwebBaseUrl(request: Request): string {
  return `${request.protocol}://${request.get("host") ?? "localhost"}${request.baseUrl}`;
}
