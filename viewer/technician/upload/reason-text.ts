import { ApiProblem } from "../../api/call-api.ts";
import { problemText } from "../../api/problem-text.ts";
import type { Text } from "../../i18n/use-text.ts";
import type { LocalReason, UploadReason } from "./upload-item.ts";

const LOCAL: Readonly<Record<LocalReason, true>> = {
  "junk-file": true,
  dicomdir: true,
  "empty-file": true,
  "not-dicom": true,
  "unreadable-file": true,
  "zip-unreadable": true,
  "zip-encrypted": true,
  "zip-method": true,
  "zip-damaged": true,
  "zip-nested": true,
  "zip-too-large": true,
};

const isLocal = (code: UploadReason["code"]): code is LocalReason => code in LOCAL;

/** Why a file was refused or skipped, in plain words. */
export function reasonText(reason: UploadReason, text: Text): string {
  if (isLocal(reason.code)) return text(`upload.reason-${reason.code}`);
  // Another server in between may have dropped our private detail: what is missing or invalid is an identifier then.
  return problemText(new ApiProblem(0, reason.code, reason.detail ?? { attribute: "UID" }), text);
}
