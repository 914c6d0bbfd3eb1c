import { type DicomJsonDataset, itemsOf, numbersOf, stringOf } from "../image/dicom-json.ts";

/** An image, or frames of it. */
export interface ImageReference {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** From 1; empty for the whole of it. */
  readonly frameNumbers: readonly number[];
}

/** Where the instances that a document refers to are filed: by SOP Instance UID. */
export type EvidencePlaces = ReadonlyMap<
  string,
  { readonly studyInstanceUid: string; readonly seriesInstanceUid: string }
>;

const MAX_INSTANCES = 100_000;
const MAX_FRAMES = 10_000;

/** Current Requested Procedure Evidence and Pertinent Other Evidence (PS3.3 §C.17.2). */
export function evidencePlaces(dataset: DicomJsonDataset): EvidencePlaces {
  const places = new Map<string, { studyInstanceUid: string; seriesInstanceUid: string }>();
  for (const study of [...itemsOf(dataset, "0040A375"), ...itemsOf(dataset, "0040A385")])
    for (const series of itemsOf(study, "00081115"))
      for (const instance of itemsOf(series, "00081199")) {
        const sopInstanceUid = stringOf(instance, "00081155");
        if (places.size >= MAX_INSTANCES) return places;
        if (sopInstanceUid !== undefined)
          places.set(sopInstanceUid, {
            studyInstanceUid: stringOf(study, "0020000D") ?? "",
            seriesInstanceUid: stringOf(series, "0020000E") ?? "",
          });
      }
  return places;
}

/** An item that refers to an instance; undefined when it names none. What the evidence does not list has no place. */
export function imageReferenceOf(item: DicomJsonDataset, places: EvidencePlaces): ImageReference | undefined {
  const sopInstanceUid = stringOf(item, "00081155");
  if (sopInstanceUid === undefined) return undefined;
  const place = places.get(sopInstanceUid);
  return {
    studyInstanceUid: place?.studyInstanceUid ?? "",
    seriesInstanceUid: place?.seriesInstanceUid ?? "",
    sopClassUid: stringOf(item, "00081150") ?? "",
    sopInstanceUid,
    frameNumbers: numbersOf(item, "00081160")
      .filter((frame) => Number.isInteger(frame) && frame > 0)
      .slice(0, MAX_FRAMES),
  };
}
