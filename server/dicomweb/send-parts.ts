import type { Response } from "express";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";

export interface PartsForm {
  readonly isMultipart: boolean;
  readonly type: string;
  readonly contentType: string;
  readonly count: number;
}

/** Sends frames or bulk data as they come, each whole in memory. */
export async function sendParts(response: Response, parts: AsyncIterable<Buffer>, form: PartsForm): Promise<void> {
  const multipart = form.isMultipart ? multipartWriter(response, form.type) : null;
  if (!multipart) response.setHeader("Content-Type", form.contentType);
  for await (const part of parts) {
    // One part is in hand, so the whole length can be said; more go out as they are read.
    if (form.count === 1) {
      const around = multipart?.frameBytes([{ contentType: form.contentType, byteLength: part.length }]) ?? 0;
      response.setHeader("Content-Length", part.length + around);
    }
    response.cork();
    multipart?.beginPart(form.contentType, part.length);
    const isThere = writeWithRoom(response, part);
    if (form.count === 1) multipart?.end();
    response.uncork();
    if (!(await isThere)) return;
  }
  if (!multipart) response.end();
  else if (form.count > 1) multipart.end();
}

export async function* oneBy(part: Buffer): AsyncIterable<Buffer> {
  yield part;
}
