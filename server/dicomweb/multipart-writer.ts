import { randomBytes } from "node:crypto";
import type { Response } from "express";
import { freeChunk } from "../../core/infra/free-chunk.ts";

/** A multipart/related answer, part by part, each with its length where that is known before it. */
export interface MultipartWriter {
  /** Bytes of everything around the parts, were they so long: for Content-Length. */
  frameBytes(parts: readonly { readonly contentType: string; readonly byteLength: number }[]): number;
  beginPart(contentType: string, byteLength: number | null): void;
  end(): void;
}

/** Sets the Content-Type of the answer; `type` is what its parts are (RFC 2387 §3.1: quoted). */
export function multipartWriter(response: Response, type: string): MultipartWriter {
  const boundary = `hub-${randomBytes(12).toString("hex")}`;
  response.setHeader("Content-Type", `multipart/related; type="${type}"; boundary="${boundary}"`);
  const head = (contentType: string, byteLength: number | null) =>
    `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\n${byteLength === null ? "" : `Content-Length: ${byteLength}\r\n`}\r\n`;
  const close = `\r\n--${boundary}--\r\n`;
  return {
    frameBytes: (parts) =>
      parts.reduce((sum, part) => sum + head(part.contentType, part.byteLength).length, close.length),
    beginPart: (contentType, byteLength) => void response.write(head(contentType, byteLength), "latin1"),
    end: () => void response.end(close, "latin1"),
  };
}

/**
 * Writes a chunk that is the caller's alone, and waits until there is room again; false when the client has gone away.
 * The chunk's memory goes back as soon as it is sent.
 */
export async function writeWithRoom(response: Response, chunk: Buffer): Promise<boolean> {
  if (response.destroyed || response.closed) return false;
  const hasRoom = response.write(chunk, (error) => {
    // after a fault the system may still be reading from it
    if (!error) freeChunk(chunk);
  });
  if (hasRoom) return true;
  await new Promise<void>((resolve) => {
    const settle = () => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.once("drain", settle);
    response.once("close", settle);
  });
  return !response.destroyed && !response.closed;
}
