import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { DomainError, type ErrorCode } from "../../core/errors.ts";
import type { StoreOutcome } from "../../core/ports.ts";
import type { PartIdentity } from "./part-identity.ts";

export interface FailedOutcome extends PartIdentity {
  readonly failed: ErrorCode;
  /** Keyword of the attribute that the fault is about. */
  readonly attribute?: string;
}

/** What became of one instance of a store request. */
export type PartOutcome = { readonly stored: StoreOutcome } | FailedOutcome;

export function failedOutcome(error: unknown, identity: PartIdentity = {}): FailedOutcome {
  if (!(error instanceof DomainError)) return { ...identity, failed: "storage-failed" };
  const { attribute } = error.detail;
  return { ...identity, failed: error.code, ...(typeof attribute === "string" ? { attribute } : {}) };
}

/**
 * Failure Reason (0008,1197): PS3.18 table I.2-2 and, for what it does not name, the statuses of the Storage service
 * (PS3.4 §B.2.3) and PS3.7 annex C that mean the same. Every other code is "cannot understand".
 */
const FAILURE_REASONS: Partial<Record<ErrorCode, number>> = {
  "storage-full": 0xa700,
  "too-large": 0xa700,
  "storage-failed": 0x0110,
  "sop-class-unsupported": 0x0122,
  "sop-class-mismatch": 0xa900,
  "instance-differs": 0x0111,
  "study-of-another-site": 0x0124,
  "instance-rejected": 0x0124,
  "not-allowed": 0x0124,
};
const CANNOT_UNDERSTAND = 0xc000;

/** Reserves (0009,10xx) for ours: the code of the fault as the hub's pages know it, which part, and which attribute. */
const PRIVATE_CREATOR = "TELE-READING HUB";

const one = (vr: string, value: string | number): DicomJsonAttribute => ({ vr, Value: [value] });

/**
 * The Store Instances Response (PS3.18 §10.5.3, annex I) for the parts in order. Failed parts stand in FailedSOPSequence
 * even when their UIDs cannot be read, so that a client finds each part in one place, by its index.
 */
export function storeAnswer(outcomes: readonly PartOutcome[], baseUrl: string): DicomJsonDataSet {
  const referenced: DicomJsonDataSet[] = [];
  const failed: DicomJsonDataSet[] = [];
  const studies = new Set<string>();
  for (const [index, outcome] of outcomes.entries()) {
    if ("stored" in outcome) {
      const { studyInstanceUid, seriesInstanceUid, sopClassUid, sopInstanceUid } = outcome.stored;
      studies.add(studyInstanceUid);
      referenced.push({
        "00081150": one("UI", sopClassUid),
        "00081155": one("UI", sopInstanceUid),
        "00081190": one(
          "UR",
          `${baseUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
        ),
      });
    } else {
      failed.push({
        ...(outcome.sopClassUid ? { "00081150": one("UI", outcome.sopClassUid) } : {}),
        ...(outcome.sopInstanceUid ? { "00081155": one("UI", outcome.sopInstanceUid) } : {}),
        "00081197": one("US", FAILURE_REASONS[outcome.failed] ?? CANNOT_UNDERSTAND),
        "00090010": one("LO", PRIVATE_CREATOR),
        "00091001": one("LO", outcome.failed),
        "00091002": one("IS", index),
        ...(outcome.attribute ? { "00091003": one("LO", outcome.attribute) } : {}),
      });
    }
  }
  const [study] = studies;
  return {
    ...(studies.size === 1 && study ? { "00081190": one("UR", `${baseUrl}/studies/${study}`) } : {}),
    ...(failed.length > 0 ? { "00081198": { vr: "SQ", Value: failed } } : {}),
    ...(referenced.length > 0 ? { "00081199": { vr: "SQ", Value: referenced } } : {}),
  };
}

/**
 * PS3.18 table 10.5.3-1: 200 all stored, 202 some, 409 none; 503 when none was because the store itself could not, so that
 * a client may try again as it is.
 */
export function storeStatus(outcomes: readonly PartOutcome[]): 200 | 202 | 409 | 503 {
  const failures = outcomes.flatMap((outcome) => ("failed" in outcome ? [outcome.failed] : []));
  if (failures.length === 0) return 200;
  if (failures.length < outcomes.length) return 202;
  return failures.every((code) => code === "storage-full" || code === "storage-failed") ? 503 : 409;
}
