import type { Request } from "express";
import { dicomwebBaseUrl } from "./http-answer.ts";

/** As links stand in metadata that are kept ready: from the root of this server. */
const LINK = Buffer.from('"BulkDataURI":"/dicom-web/');

/**
 * What links in metadata begin with for this client. Many clients take a BulkDataURI as it stands and know of no base to hold
 * it against (PS3.18 §F.2.2 leaves both open), so they are given whole URLs. Null for our own pages: they have this server as their
 * base, by whatever name and through whatever proxy.
 */
export function linkBase(request: Request): string | null {
  return request.get("sec-fetch-site") === "same-origin" ? null : dicomwebBaseUrl(request);
}

/** The metadata with its links led to `base`; the same bytes when there is no link in them. */
export function withLinksTo(base: string | null, json: Buffer): Buffer {
  if (base === null) return json;
  const link = Buffer.from(`"BulkDataURI":${JSON.stringify(base).slice(0, -1)}/`);
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = json.indexOf(LINK); at >= 0; at = json.indexOf(LINK, from)) {
    pieces.push(json.subarray(from, at), link);
    from = at + LINK.length;
  }
  return from === 0 ? json : Buffer.concat([...pieces, json.subarray(from)]);
}
