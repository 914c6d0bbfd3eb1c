import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { parseDicomJson } from "../../core/dicom/parse-dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { numberOf, PIXEL_DATA, textOf } from "./compose-instance.ts";
import type { PartIdentity } from "./part-identity.ts";

const NUMBER_OF_FRAMES = "00280008";

/** An instance whose bulk data have not all come. */
export interface WaitingInstance {
  readonly index: number;
  readonly identity: PartIdentity;
  /** Parsed anew each time: many that wait take no more memory than their text. */
  metadata(): DicomJsonDataSet;
  /** Locations of its bulk data, with the attribute that each is the value of. */
  readonly bulk: ReadonlyMap<string, { readonly tag: string; readonly frames: number }>;
  readonly missing: Set<string>;
}

export interface MetadataContext {
  /** The study of the path; null when every study may be stored to. */
  readonly wantedStudy: string | null;
  /** One name for one place, however it is written. */
  readonly locationOf: (uri: string) => string;
}

/**
 * Who it is of which this is the metadata, as far as it can be read, and the instance; or what makes it impossible that it
 * is ever stored, before its bulk data are waited for.
 */
export function waitingInstance(
  text: Buffer,
  index: number,
  context: MetadataContext,
): WaitingInstance | { readonly identity: PartIdentity; readonly refused: DomainError } {
  let identity: PartIdentity = {};
  try {
    const json = parsedJson(text);
    identity = identityIn(json);
    const metadata = parseDicomJson(json);
    assertIdentified(metadata, context.wantedStudy);
    const bulk = bulkIn(metadata, context.locationOf);
    return {
      index,
      identity,
      metadata: () => parseDicomJson(parsedJson(text)),
      bulk,
      missing: new Set(bulk.keys()),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { identity, refused: error };
  }
}

function parsedJson(text: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

function identityIn(json: unknown): PartIdentity {
  const uid = (tag: string, name: keyof PartIdentity): PartIdentity => {
    const value = (json as DicomJsonDataSet | null)?.[tag]?.Value?.[0];
    return typeof value === "string" && isUid(value) ? { [name]: value } : {};
  };
  return { ...uid("00080016", "sopClassUid"), ...uid("00080018", "sopInstanceUid") };
}

function assertIdentified(metadata: DicomJsonDataSet, wantedStudy: string | null): void {
  for (const tag of ["00080016", "00080018", "0020000D", "0020000E"]) {
    const uid = textOf(metadata[tag]);
    if (uid === "") throw new DomainError("dicom-identifier-missing", { attribute: keywordOf(tag) });
    if (!isUid(uid)) throw new DomainError("dicom-identifier-invalid", { attribute: keywordOf(tag) });
  }
  if (wantedStudy !== null && textOf(metadata["0020000D"]) !== wantedStudy)
    throw new DomainError("request-invalid", { where: "StudyInstanceUID" });
}

function bulkIn(metadata: DicomJsonDataSet, locationOf: (uri: string) => string): WaitingInstance["bulk"] {
  const frames = Math.max(1, numberOf(metadata[NUMBER_OF_FRAMES]) ?? 1);
  const bulk = new Map<string, { tag: string; frames: number }>();
  const collect = (dataSet: DicomJsonDataSet, isTop: boolean): void => {
    for (const [tag, { vr, Value = [], BulkDataURI }] of Object.entries(dataSet)) {
      if (BulkDataURI !== undefined) {
        const location = locationOf(BulkDataURI);
        if (isTop && tag === PIXEL_DATA) bulk.set(location, { tag, frames });
        else if (!bulk.has(location)) bulk.set(location, { tag, frames: 1 });
      }
      if (vr === "SQ") for (const item of Value) collect(item as DicomJsonDataSet, false);
    }
  };
  collect(metadata, true);
  return bulk;
}

export function keywordOf(tag: string): string {
  return elementOfTag(tag)?.keyword ?? tag;
}
