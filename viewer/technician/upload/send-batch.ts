import { ApiProblem, problemOf } from "../../api/call-api.ts";
import { outcomesOf } from "./stow-answer.ts";

/** A batch on its way. `bytesSent` counts the parts' own bytes, in order, without the multipart frame. */
export interface BatchSend {
  readonly answer: Promise<unknown>;
  abort(): void;
}

/** No byte up and no answer for so long: the line is dead even though nobody said so. */
const STALL_MS = 60_000;

/** Said by something between us and the hub; a 503 of the hub itself is a problem document with its code. */
const GATEWAY_FAULTS: ReadonlySet<number> = new Set([502, 504]);

const partHead = (boundary: string) => `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;

/**
 * One STOW-RS request (PS3.18 §10.5). XMLHttpRequest, because fetch tells nothing of an upload's progress. Resolves with
 * the DICOM JSON of a 200, 202 or 409, which all speak of each instance; rejects with ApiProblem, `unreachable` when
 * the line broke: then it is not known what arrived.
 */
export function sendBatch(parts: readonly Blob[], onProgress: (bytesSent: number) => void): BatchSend {
  const boundary = `hub-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const body = new Blob([...parts.flatMap((part) => [partHead(boundary), part, "\r\n"]), `--${boundary}--\r\n`]);
  const payloadBytes = parts.reduce((sum, part) => sum + part.size, 0);
  const request = new XMLHttpRequest();
  const answer = new Promise<unknown>((resolve, reject) => {
    let stall: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(stall);
      stall = setTimeout(() => request.abort(), STALL_MS);
    };
    const lost = () => reject(new ApiProblem(0, "unreachable"));
    request.open("POST", "/dicom-web/studies");
    request.setRequestHeader("Accept", "application/dicom+json");
    request.setRequestHeader("Content-Type", `multipart/related; type="application/dicom"; boundary=${boundary}`);
    request.upload.onprogress = (event) => {
      alive();
      if (event.total > 0) onProgress(payloadBytes * (event.loaded / event.total));
    };
    request.onload = () => {
      const json = parseJson(request.responseText);
      if ([200, 202, 409].includes(request.status) && isStoreAnswer(json)) resolve(json);
      else if (request.status === 0 || GATEWAY_FAULTS.has(request.status)) lost();
      else if (request.status === 503 && isStoreAnswer(json)) reject(new ApiProblem(503, faultOfAll(json)));
      else reject(problemOf(request.status, json));
    };
    request.onerror = lost;
    request.onabort = lost;
    request.onloadend = () => clearTimeout(stall);
    alive();
    request.send(body);
  });
  return { answer, abort: () => request.abort() };
}

/** A 503 that is a store answer: nothing was stored because the store itself could not; the parts say why. */
function faultOfAll(answer: unknown): ApiProblem["code"] {
  const [outcome] = outcomesOf(answer, [null]);
  return outcome?.outcome === "refused" ? outcome.reason.code : "unexpected";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A problem document (409 as RFC 9457) is not a store answer: it has a code. */
function isStoreAnswer(json: unknown): boolean {
  return typeof json === "object" && json !== null && !("code" in json);
}
