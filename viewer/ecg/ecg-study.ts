import type { EcgRecording } from "../../core/ecg/ecg-recording.ts";
import { type EcgSopClass, ecgSopClass } from "../../core/ecg/ecg-sop-classes.ts";
import { readDicomEcg } from "../../core/ecg/read-dicom-ecg.ts";
import { type DicomJsonDataset, numberOf, stringOf } from "../../core/image/dicom-json.ts";
import { ApiProblem, problemOf } from "../api/call-api.ts";
import { multipartBoundary, parseMultipart } from "../api/multipart.ts";
import { inflateBounded } from "./inflate-bounded.ts";

/** An ECG of a study, before its bytes are fetched. */
export interface EcgInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClass: EcgSopClass;
  readonly description: string;
  /** DA and TM as they came. */
  readonly date: string;
  readonly time: string;
}

/** The ECGs of a study in the order they were taken. Throws ApiProblem. */
export async function fetchEcgInstances(
  studyInstanceUid: string,
  signal: AbortSignal,
): Promise<readonly EcgInstance[]> {
  const response = await get(
    `/dicom-web/studies/${encodeURIComponent(studyInstanceUid)}/metadata`,
    "application/dicom+json",
    signal,
  );
  const datasets: unknown = response.status === 204 ? [] : await response.json();
  return ecgInstancesOf(studyInstanceUid, Array.isArray(datasets) ? (datasets as DicomJsonDataset[]) : []);
}

export function ecgInstancesOf(
  studyInstanceUid: string,
  datasets: readonly DicomJsonDataset[],
): readonly EcgInstance[] {
  const found = datasets.flatMap((dataset) => {
    const sopClass = ecgSopClass(stringOf(dataset, "00080016") ?? "");
    const seriesInstanceUid = stringOf(dataset, "0020000E");
    const sopInstanceUid = stringOf(dataset, "00080018");
    if (!sopClass || !seriesInstanceUid || !sopInstanceUid) return [];
    const [, day, clock] = /^(\d{8})(\d{2,6})?/.exec(stringOf(dataset, "0008002A") ?? "") ?? [];
    const instance: EcgInstance = {
      studyInstanceUid,
      seriesInstanceUid,
      sopInstanceUid,
      sopClass,
      description: stringOf(dataset, "0008103E") ?? stringOf(dataset, "00081030") ?? "",
      date:
        day ?? stringOf(dataset, "00080022") ?? stringOf(dataset, "00080023") ?? stringOf(dataset, "00080020") ?? "",
      time:
        (day
          ? clock
          : (stringOf(dataset, "00080032") ?? stringOf(dataset, "00080033") ?? stringOf(dataset, "00080030"))) ?? "",
    };
    return [{ instance, series: numberOf(dataset, "00200011") ?? 0, number: numberOf(dataset, "00200013") ?? 0 }];
  });
  const when = ({ instance }: (typeof found)[number]) => `${instance.date} ${instance.time}`;
  return found
    .sort((a, b) => when(a).localeCompare(when(b)) || a.series - b.series || a.number - b.number)
    .map(({ instance }) => instance);
}

/** Fetches the instance as it was stored, and reads it. Throws ApiProblem, or DomainError `ecg-unreadable`. */
export async function fetchEcgRecording(instance: EcgInstance, signal: AbortSignal): Promise<EcgRecording> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  const path = [studyInstanceUid, seriesInstanceUid, sopInstanceUid].map(encodeURIComponent);
  const response = await get(
    `/dicom-web/studies/${path[0]}/series/${path[1]}/instances/${path[2]}`,
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    signal,
  );
  const bytes = new Uint8Array(await response.arrayBuffer().catch(rethrowUnlessAborted(signal)));
  const boundary = multipartBoundary(response.headers.get("content-type") ?? "");
  return readDicomEcg(boundary === null ? bytes : firstPart(bytes, boundary), { inflate: inflateBounded });
}

function firstPart(bytes: Uint8Array, boundary: string): Uint8Array {
  try {
    return parseMultipart(bytes, boundary)[0]?.body ?? new Uint8Array(0);
  } catch {
    throw new ApiProblem(0, "unreachable"); // the connection ended before the closing boundary
  }
}

async function get(path: string, accept: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, { credentials: "same-origin", headers: { accept }, signal }).catch(
    rethrowUnlessAborted(signal),
  );
  if (response.ok) return response;
  throw problemOf(response.status, await response.json().catch(() => null));
}

function rethrowUnlessAborted(signal: AbortSignal): (cause: unknown) => never {
  return (cause) => {
    if (signal.aborted) throw cause;
    throw new ApiProblem(0, "unreachable");
  };
}
