import type { DicomJsonDataSet } from "../dicom/dicom-json.ts";

/** Instance Availability Notification (PS3.4 Annex R). */
export const INSTANCE_AVAILABILITY_SOP_CLASS = "1.2.840.10008.5.1.4.33";

export interface AvailableInstance {
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What is told of a study that is complete: its instances, series by series, and where to retrieve them (table R.3.2-1). */
export function availabilityDataSet(
  studyInstanceUid: string,
  instances: readonly AvailableInstance[],
  retrieveAeTitle: string,
): DicomJsonDataSet {
  const series = Map.groupBy(instances, ({ seriesInstanceUid }) => seriesInstanceUid);
  return {
    "00081111": { vr: "SQ" },
    "00081115": {
      vr: "SQ",
      Value: [...series].map(([uid, those]) => ({
        "00081199": {
          vr: "SQ",
          Value: those.map(({ sopClassUid, sopInstanceUid }) => ({
            "00080054": { vr: "AE", Value: [retrieveAeTitle] },
            "00080056": { vr: "CS", Value: ["ONLINE"] },
            "00081150": { vr: "UI", Value: [sopClassUid] },
            "00081155": { vr: "UI", Value: [sopInstanceUid] },
          })),
        },
        "0020000E": { vr: "UI", Value: [uid] },
      })),
    },
    "0020000D": { vr: "UI", Value: [studyInstanceUid] },
  };
}
