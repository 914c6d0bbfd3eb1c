import type { Request } from "express";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";

/** A UID of the request's path. Throws `request-invalid`. */
export function pathUid(request: Request, name: "study" | "series" | "instance"): string {
  const value = request.params[name];
  if (typeof value !== "string" || !isUid(value)) throw new DomainError("request-invalid", { where: name });
  return value;
}
