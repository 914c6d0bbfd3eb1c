import type { DataSet } from "dicom-parser";
import { isUid } from "../dicom/uid.ts";

export const KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59";

export type RejectionReason = "quality" | "safety" | "worklist" | "expired";

/** Document titles of CID 7011 that make a Key Object Selection a rejection note (IHE RAD TF-3 §4.66, IOCM). */
export const REJECTION_CODES: Readonly<Record<RejectionReason, { readonly value: string; readonly meaning: string }>> =
  {
    quality: { value: "113001", meaning: "Rejected for Quality Reasons" },
    safety: { value: "113037", meaning: "Rejected for Patient Safety Reasons" },
    worklist: { value: "113038", meaning: "Incorrect Modality Worklist Entry" },
    expired: { value: "113039", meaning: "Data Retention Policy Expired" },
  };

export interface RejectionNote {
  readonly reason: RejectionReason;
  /** SOP Instance UIDs of the evidence, each once. */
  readonly rejected: readonly string[];
}

/** What a data set rejects; null for everything that is no rejection note. */
export function rejectionNoteOf(dataSet: DataSet): RejectionNote | null {
  if (text(dataSet, "x00080016") !== KEY_OBJECT_SELECTION) return null;
  const [title] = itemsOf(dataSet, "x0040a043");
  if (!title || text(title, "x00080102") !== "DCM") return null;
  const value = text(title, "x00080100");
  const reason = (Object.keys(REJECTION_CODES) as RejectionReason[]).find(
    (each) => REJECTION_CODES[each].value === value,
  );
  if (!reason) return null;
  // Current Requested Procedure Evidence: studies, their series, their instances (PS3.3 §C.17.2)
  const rejected = itemsOf(dataSet, "x0040a375")
    .flatMap((study) => itemsOf(study, "x00081115"))
    .flatMap((series) => itemsOf(series, "x00081199"))
    .map((instance) => text(instance, "x00081155"))
    .filter(isUid);
  return { reason, rejected: [...new Set(rejected)] };
}

function itemsOf(dataSet: DataSet, tag: string): readonly DataSet[] {
  return (dataSet.elements[tag]?.items ?? []).flatMap((item) => item.dataSet ?? []);
}

/** A file may end within the value that it announces. */
function text(dataSet: DataSet, tag: string): string {
  const element = dataSet.elements[tag];
  if (!element || element.dataOffset + element.length > dataSet.byteArray.length) return "";
  return (dataSet.string(tag) ?? "").replaceAll("\0", "").trim();
}
