import type { DicomJsonDataSet } from "../dicom/dicom-json.ts";

/** Storage Commitment Push Model and its one instance (PS3.4 Annex J). */
export const STORAGE_COMMITMENT_SOP_CLASS = "1.2.840.10008.1.20.1";
export const STORAGE_COMMITMENT_SOP_INSTANCE = "1.2.840.10008.1.20.1.1";

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** Failure Reason (0008,1197), PS3.3 §C.14.1.1. */
export const FAILURE_REASON = {
  "processing-failure": 0x0110,
  "no-such-instance": 0x0112,
  "class-instance-conflict": 0x0119,
  "resource-limitation": 0x0213,
} as const;
export type CommitmentFailure = keyof typeof FAILURE_REASON;

export interface CommitmentReport {
  readonly transactionUid: string;
  readonly committed: readonly ReferencedInstance[];
  readonly failed: readonly (ReferencedInstance & { readonly failure: CommitmentFailure })[];
}

/** 1: all are committed, 2: some are not (PS3.4 §J.3.3.1.1). */
export function eventTypeOf({ failed }: CommitmentReport): 1 | 2 {
  return failed.length === 0 ? 1 : 2;
}

/** The event's information (PS3.4 table J.3-2). */
export function reportDataSet({ transactionUid, committed, failed }: CommitmentReport): DicomJsonDataSet {
  return {
    "00081195": { vr: "UI", Value: [transactionUid] },
    ...(committed.length > 0 && { "00081199": { vr: "SQ", Value: committed.map(referenceOf) } }),
    ...(failed.length > 0 && {
      "00081198": {
        vr: "SQ",
        Value: failed.map((each) => ({
          ...referenceOf(each),
          "00081197": { vr: "US", Value: [FAILURE_REASON[each.failure]] },
        })),
      },
    }),
  };
}

function referenceOf({ sopClassUid, sopInstanceUid }: ReferencedInstance): DicomJsonDataSet {
  return { "00081150": { vr: "UI", Value: [sopClassUid] }, "00081155": { vr: "UI", Value: [sopInstanceUid] } };
}
