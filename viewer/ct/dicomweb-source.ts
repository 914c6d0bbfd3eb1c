import type { DicomJsonDataset } from "../../core/image/dicom-json.ts";
import type { Frame } from "../../core/image/study-model.ts";
import { LoadFault, loadFaultOfStatus } from "./load-fault.ts";
import { firstMultipartPart } from "./multipart-part.ts";

export interface EncodedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transferSyntaxUid: string;
}

/** Where a study's metadata, frames and bulk data come from. Rejects with LoadFault, or as the signal says. */
export interface StudySource {
  metadata(signal: AbortSignal): Promise<readonly DicomJsonDataset[]>;
  frame(frame: Frame, signal: AbortSignal): Promise<EncodedFrame>;
  bulkData(uri: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const PATIENCE_MS = 60_000;

/** DICOMweb on our own origin; the session cookie goes along (PS3.18 10.4). */
export function dicomwebSource(studyInstanceUid: string, root = "/dicom-web"): StudySource {
  const study = `${root}/studies/${encodeURIComponent(studyInstanceUid)}`;
  return {
    metadata: async (signal) => {
      const response = await get(`${study}/metadata`, "application/dicom+json", signal);
      const instances: unknown = response.status === 204 ? [] : await response.json().catch(() => undefined);
      if (!Array.isArray(instances)) throw new LoadFault("server", "metadata");
      return instances;
    },
    frame: async (frame, signal) => {
      const path = `series/${encodeURIComponent(frame.seriesInstanceUid)}/instances/${encodeURIComponent(frame.sopInstanceUid)}`;
      const accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
      const part = await getPart(`${study}/${path}/frames/${frame.frameNumber}`, accept, signal);
      return {
        bytes: part.body,
        transferSyntaxUid: part.transferSyntaxUid ?? frame.transferSyntaxUid ?? EXPLICIT_LITTLE_ENDIAN,
      };
    },
    bulkData: async (uri, signal) => {
      // A link to another origin, as some servers write it behind a proxy, is asked for on ours.
      const { pathname, search } = new URL(uri, document.baseURI);
      const part = await getPart(pathname + search, 'multipart/related; type="application/octet-stream"', signal);
      return part.body;
    },
  };
}

async function getPart(
  url: string,
  accept: string,
  signal: AbortSignal,
): Promise<NonNullable<ReturnType<typeof firstMultipartPart>>> {
  const response = await get(url, accept, signal);
  const bytes = await response.arrayBuffer().catch((fault: unknown) => {
    if (signal.aborted) throw fault;
    throw new LoadFault("offline");
  });
  const part = firstMultipartPart(response.headers.get("content-type") ?? "", new Uint8Array(bytes));
  if (!part) throw new LoadFault("server", "multipart");
  return part;
}

async function get(url: string, accept: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept },
      credentials: "same-origin",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
  } catch (fault) {
    if (signal.aborted) throw fault;
    throw new LoadFault("offline");
  }
  if (!response.ok) throw loadFaultOfStatus(response.status);
  return response;
}
