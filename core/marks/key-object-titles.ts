import type { CodedConcept } from "./coded-concept.ts";

/**
 * Document titles of CID 7010 that a reader may give to key images. Left out: rejections, which have a note of their own;
 * titles that want a modifier (Quality Issue, Best In Set); manifests, which are the archive's and not a reader's.
 */
export const KEY_OBJECT_TITLES = {
  "of-interest": dcm("113000", "Of Interest"),
  "referring-provider": dcm("113002", "For Referring Provider"),
  surgery: dcm("113003", "For Surgery"),
  teaching: dcm("113004", "For Teaching"),
  conference: dcm("113005", "For Conference"),
  therapy: dcm("113006", "For Therapy"),
  patient: dcm("113007", "For Patient"),
  "peer-review": dcm("113008", "For Peer Review"),
  research: dcm("113009", "For Research"),
  printing: dcm("113018", "For Printing"),
  "report-attachment": dcm("113020", "For Report Attachment"),
  litigation: dcm("113021", "For Litigation"),
} as const satisfies Readonly<Record<string, CodedConcept>>;

export type KeyObjectTitle = keyof typeof KEY_OBJECT_TITLES;

function dcm(value: string, meaning: string): CodedConcept {
  return { value, scheme: "DCM", meaning };
}
