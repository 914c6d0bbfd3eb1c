import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import { openAssociation } from "../../core/infra/dimse-scu/open-association.ts";

const MPPS = "1.2.840.10008.3.1.2.3.3";

export interface PerformedSeries {
  readonly seriesInstanceUid: string;
  readonly description: string;
  readonly sopInstanceUids: readonly string[];
}

/** A device says that it began a step, and that it completed it with these instances (PS3.4 Annex F). */
export async function performStep(
  dicomPort: number,
  aeTitle: string,
  studyInstanceUid: string,
  series: readonly PerformedSeries[],
): Promise<void> {
  const hub = { aeTitle: "HUB", host: "127.0.0.1", port: dicomPort, isTls: false };
  const proposal = { abstractSyntaxUid: MPPS, transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN] };
  const association = await openAssociation({ aeTitle }, hub, [proposal]);
  const [context] = association.contexts;
  if (!context) throw new Error("MPPS is not accepted");
  const step = newUid();
  const answers = [
    await association.request(
      context,
      { commandField: 0x0140, affectedSopClassUid: MPPS, affectedSopInstanceUid: step },
      encoded({
        "00400252": { vr: "CS", Value: ["IN PROGRESS"] },
        "00400270": { vr: "SQ", Value: [{ "0020000D": { vr: "UI", Value: [studyInstanceUid] } }] },
      }),
    ),
    await association.request(
      context,
      { commandField: 0x0120, requestedSopClassUid: MPPS, requestedSopInstanceUid: step },
      encoded({
        "00400252": { vr: "CS", Value: ["COMPLETED"] },
        "00400340": { vr: "SQ", Value: series.map(performedSeries) },
      }),
    ),
  ];
  await association.release();
  if (answers.some(({ command }) => command.status !== 0)) throw new Error("the step was refused");
}

function performedSeries({ seriesInstanceUid, description, sopInstanceUids }: PerformedSeries): DicomJsonDataSet {
  return {
    "0020000E": { vr: "UI", Value: [seriesInstanceUid] },
    "0008103E": { vr: "LO", Value: [description] },
    "00081140": { vr: "SQ", Value: sopInstanceUids.map((uid) => ({ "00081155": { vr: "UI", Value: [uid] } })) },
  };
}

async function* encoded(dataSet: DicomJsonDataSet) {
  yield encodeDataSet(dataSet, { isImplicitVr: false, characterSet: "ISO_IR 192" });
}
