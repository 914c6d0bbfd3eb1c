import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import type { ArchiveMatch } from "../../core/infra/postgres/archive-queries.ts";

const values = (vr: string, ...Value: (string | number)[]): DicomJsonAttribute =>
  Value.length > 0 ? { vr, Value } : { vr };

/** One match as PS3.18 tables 10.6.3-3 to -5 want it: what the index keeps of its levels, counts and where to fetch it. */
export function qidoAnswer(match: ArchiveMatch, baseUrl: string): DicomJsonDataSet {
  const { series, instance } = match;
  const study = `${baseUrl}/studies/${match.studyInstanceUid}`;
  const retrieveUrl = [
    study,
    series && `series/${series.seriesInstanceUid}`,
    instance && `instances/${instance.sopInstanceUid}`,
  ]
    .filter((part) => part !== undefined)
    .join("/");
  return {
    ...match.studyAttributes,
    "00080005": values("CS", "ISO_IR 192"),
    "00080056": values("CS", "ONLINE"),
    "00080061": values("CS", ...match.modalities),
    "00081190": values("UR", retrieveUrl),
    "0020000D": values("UI", match.studyInstanceUid),
    "00201206": values("IS", match.seriesCount),
    "00201208": values("IS", match.studyInstanceCount),
    ...(series && {
      ...series.attributes,
      "0020000E": values("UI", series.seriesInstanceUid),
      "00201209": values("IS", series.instanceCount),
    }),
    ...(instance && { ...instance.attributes, "00080018": values("UI", instance.sopInstanceUid) }),
  };
}
