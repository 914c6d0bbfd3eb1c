import { ERROR_KINDS, type ErrorCode } from "../../../core/errors.ts";

/** Why the hub refused a part. */
export interface StoreReason {
  readonly code: ErrorCode | "unexpected";
  readonly detail?: { readonly attribute: string };
}

/** What the hub said of one part of a batch; `unknown`: the answer does not speak of it, so ask before sending again. */
export type PartOutcome =
  | { readonly outcome: "stored" }
  | { readonly outcome: "refused"; readonly reason: StoreReason }
  | { readonly outcome: "unknown" };

interface Element {
  readonly vr?: string;
  readonly Value?: readonly unknown[];
}
type DataSet = Readonly<Record<string, Element | undefined>>;

const REFERENCED_SOP_SEQUENCE = "00081199";
const FAILED_SOP_SEQUENCE = "00081198";
const FAILURE_REASON = "00081197";
const REFERENCED_SOP_INSTANCE_UID = "00081155";
/** Private, creator "TELE-READING HUB": the code of the fault, which part of the request it was (from 0), what attribute. */
const HUB_CREATOR = "00090010";
const HUB_ERROR_CODE = "00091001";
const HUB_PART_INDEX = "00091002";
const HUB_ATTRIBUTE = "00091003";

const items = (dataSet: DataSet, tag: string): readonly DataSet[] => (dataSet[tag]?.Value ?? []) as readonly DataSet[];
const first = (dataSet: DataSet, tag: string): unknown => dataSet[tag]?.Value?.[0];

/** PS3.18 table 10.5.3-1: failure reasons of a store, for an answer without the hub's own code. */
export function reasonOfFailure(failureReason: number): ErrorCode | "unexpected" {
  if ((failureReason & 0xff00) === 0xa700) return "storage-failed";
  if ((failureReason & 0xff00) === 0xa900 || failureReason === 0x0122) return "sop-class-mismatch";
  if ((failureReason & 0xf000) === 0xc000) return "dicom-unreadable";
  return "unexpected";
}

function attributeOf(failed: DataSet): Pick<StoreReason, "detail"> {
  const attribute = first(failed, HUB_ATTRIBUTE);
  return typeof attribute === "string" ? { detail: { attribute } } : {};
}

function reasonOf(failed: DataSet): StoreReason {
  const code = first(failed, HUB_ERROR_CODE);
  if (typeof code === "string" && code in ERROR_KINDS && first(failed, HUB_CREATOR) === "TELE-READING HUB")
    return { code: code as ErrorCode, ...attributeOf(failed) };
  return { code: reasonOfFailure(Number(first(failed, FAILURE_REASON) ?? 0)) };
}

/**
 * The Store Instances response (PS3.18 §10.5.3), part by part. A failed item says its part by index; one that does not
 * (another server in between) by SOP Instance UID. A part without a failed item is stored when its UID is referenced, or
 * when it has none that we know and as many are referenced as were not refused.
 */
export function outcomesOf(answer: unknown, sopInstanceUids: readonly (string | null)[]): readonly PartOutcome[] {
  const dataSet = ((Array.isArray(answer) ? answer[0] : answer) ?? {}) as DataSet;
  const stored = new Set(items(dataSet, REFERENCED_SOP_SEQUENCE).map((i) => first(i, REFERENCED_SOP_INSTANCE_UID)));
  const storedCount = items(dataSet, REFERENCED_SOP_SEQUENCE).length;
  const byIndex = new Map<number, StoreReason>();
  const byUid = new Map<string, StoreReason>();
  const failures = items(dataSet, FAILED_SOP_SEQUENCE);
  for (const failed of failures) {
    const index = first(failed, HUB_PART_INDEX);
    const uid = first(failed, REFERENCED_SOP_INSTANCE_UID);
    if (index !== undefined) byIndex.set(Number(index), reasonOf(failed));
    else if (typeof uid === "string") byUid.set(uid, reasonOf(failed));
  }
  const everyPartSpokenOf = storedCount + failures.length === sopInstanceUids.length;
  return sopInstanceUids.map((uid, index): PartOutcome => {
    const reason = byIndex.get(index) ?? (uid === null ? undefined : byUid.get(uid));
    if (reason !== undefined) return { outcome: "refused", reason };
    if (uid === null ? everyPartSpokenOf : stored.has(uid)) return { outcome: "stored" };
    return { outcome: "unknown" };
  });
}
