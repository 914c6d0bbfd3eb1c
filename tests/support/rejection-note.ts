import { newUid } from "../../core/dicom/uid.ts";
import { type RejectedReference, rejectionNoteFile } from "../../core/infra/key-object/rejection-note-file.ts";
import type { RejectionReason } from "../../core/study/rejection-note.ts";

/** A rejection note as a device would write it, in a series of its own. */
export function rejectionNote(
  reason: RejectionReason,
  studyInstanceUid: string,
  rejected: readonly RejectedReference[],
): { readonly bytes: Buffer; readonly sopInstanceUid: string } {
  const sopInstanceUid = newUid();
  const bytes = rejectionNoteFile(
    {
      studyInstanceUid,
      seriesInstanceUid: newUid(),
      sopInstanceUid,
      patientName: "An^Zhengxi",
      patientId: "R-1",
      patientBirthDate: "",
      patientSex: "",
      studyDate: "20261120",
      studyTime: "101500",
      studyId: "",
      accessionNumber: "",
      referringPhysician: "",
      institutionName: "",
      contentDate: "20261120",
      contentTime: "113000",
      timezoneOffset: "+0800",
      reason,
    },
    rejected,
  );
  return { bytes, sopInstanceUid };
}
