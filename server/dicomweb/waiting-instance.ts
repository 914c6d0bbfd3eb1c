import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { parseDicomJson } from "../../core/dicom/parse-dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { numberOf, PIXEL_DATA, textOf } from "./compose-instance.ts";
import type { FailedOutcome, PartOutcome } from "./store-answer.ts";

const NUMBER_OF_FRAMES = "00280008";

/** An instance whose bulk data have not all come. */
export interface WaitingInstance {
  readonly index: number;
  readonly metadata: DicomJsonDataSet;
  /** Locations of its bulk data, with the attribute that each is the value of. */
  readonly bulk: ReadonlyMap<string, { readonly tag: string; readonly frames: number }>;
  readonly missing: Set<string>;
}

/** Throws what makes it impossible that it is ever stored, before its bulk data are waited for. */
export function waitingInstance(json: unknown, index: number, wantedStudy: string | null): WaitingInstance {
  const metadata = parseDicomJson(json);
  for (const tag of ["00080016", "00080018", "0020000D", "0020000E"]) {
    const uid = textOf(metadata[tag]);
    if (uid === "") throw new DomainError("dicom-identifier-missing", { attribute: keywordOf(tag) });
    if (!isUid(uid)) throw new DomainError("dicom-identifier-invalid", { attribute: keywordOf(tag) });
  }
  if (wantedStudy !== null && textOf(metadata["0020000D"]) !== wantedStudy) throw new DomainError("request-invalid");
  const frames = Math.max(1, numberOf(metadata[NUMBER_OF_FRAMES]) ?? 1);
  const bulk = new Map<string, { tag: string; frames: number }>();
  collectBulk(metadata, (uri, tag, isTop) => {
    const location = locationOf(uri);
    if (isTop && tag === PIXEL_DATA) bulk.set(location, { tag, frames });
    else if (!bulk.has(location)) bulk.set(location, { tag, frames: 1 });
  });
  return { index, metadata, bulk, missing: new Set(bulk.keys()) };
}

function collectBulk(
  dataSet: DicomJsonDataSet,
  found: (uri: string, tag: string, isTop: boolean) => void,
  isTop = true,
): void {
  for (const [tag, { vr, Value = [], BulkDataURI }] of Object.entries(dataSet)) {
    if (BulkDataURI !== undefined) found(BulkDataURI, tag, isTop);
    if (vr === "SQ") for (const item of Value) collectBulk(item as DicomJsonDataSet, found, false);
  }
}

/** One name for one place, however it is written; what is no URI is a name by itself. */
export function locationOf(uri: string): string {
  return URL.parse(uri.trim(), "http://request.invalid/")?.href ?? uri.trim();
}

export function keywordOf(tag: string): string {
  return elementOfTag(tag)?.keyword ?? tag;
}

/** Who it was, as far as it says. */
export function identified(json: unknown, outcome: FailedOutcome): PartOutcome {
  const uid = (tag: string): string => {
    const value = (json as DicomJsonDataSet | null)?.[tag]?.Value?.[0];
    return typeof value === "string" && isUid(value) ? value : "";
  };
  const [sopClassUid, sopInstanceUid] = [uid("00080016"), uid("00080018")];
  return { ...outcome, ...(sopClassUid ? { sopClassUid } : {}), ...(sopInstanceUid ? { sopInstanceUid } : {}) };
}
