import type { KeywordDataSet } from "./document-file.ts";

interface ReferencedInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export function instanceReference({
  sopClassUid,
  sopInstanceUid,
}: Pick<ReferencedInstance, "sopClassUid" | "sopInstanceUid">): KeywordDataSet {
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid };
}

/**
 * The evidence of a document (PS3.3 §C.17.2.1), each instance once: what belongs to the study of the document is its
 * requested procedure's, the rest is pertinent otherwise.
 */
export function evidenceSequences(studyInstanceUid: string, referenced: readonly ReferencedInstance[]): KeywordDataSet {
  const once = [...new Map(referenced.map((each) => [each.sopInstanceUid, each])).values()];
  const own = once.filter((each) => each.studyInstanceUid === studyInstanceUid);
  const others = once.filter((each) => each.studyInstanceUid !== studyInstanceUid);
  return {
    ...(own.length > 0 && { CurrentRequestedProcedureEvidenceSequence: byStudy(own) }),
    ...(others.length > 0 && { PertinentOtherEvidenceSequence: byStudy(others) }),
  };
}

function byStudy(referenced: readonly ReferencedInstance[]): readonly KeywordDataSet[] {
  const studies = Map.groupBy(referenced, (each) => each.studyInstanceUid);
  return [...studies].map(([studyInstanceUid, those]) => ({
    ReferencedSeriesSequence: bySeries(those).map(([seriesInstanceUid, instances]) => ({
      ReferencedSOPSequence: instances.map(instanceReference),
      SeriesInstanceUID: seriesInstanceUid,
    })),
    StudyInstanceUID: studyInstanceUid,
  }));
}

export function bySeries<R extends Pick<ReferencedInstance, "seriesInstanceUid">>(
  referenced: readonly R[],
): readonly (readonly [seriesInstanceUid: string, of: readonly R[]])[] {
  return [...Map.groupBy(referenced, (each) => each.seriesInstanceUid)];
}
