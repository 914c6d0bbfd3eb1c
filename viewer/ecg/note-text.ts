import type { EcgNote } from "../../core/ecg/ecg-recording.ts";
import { ECG_UNREADABLE_REASONS } from "../../core/ecg/ecg-unreadable.ts";
import type { Text } from "../i18n/use-text.ts";

/** A note of the recording in words. */
export function noteText(note: EcgNote, text: Text): string {
  const leads = note.leads.join(text("ecg.list-separator"));
  if (note.code !== "group-unreadable") return text(`ecg.note.${note.code}`, { leads, detail: note.detail });
  const [group = "", code = ""] = note.detail.split(" ");
  const reason = ECG_UNREADABLE_REASONS.find((known) => known === code);
  return text("ecg.note.group-unreadable", { group, reason: reason ? text(`ecg.reason.${reason}`) : code });
}
