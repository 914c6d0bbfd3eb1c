import { DomainError } from "../errors.ts";

/** Why a file gives no ECG. Texts are in the catalogue under `ecg.reason.<reason>`. */
export const ECG_UNREADABLE_REASONS = [
  "not-dicom",
  "truncated",
  "transfer-syntax-unsupported",
  "not-an-ecg",
  "no-waveform",
  "too-many-groups",
  "too-many-channels",
  "channel-count-wrong",
  "sample-count-wrong",
  "sampling-frequency-invalid",
  "sample-format-unsupported",
  "no-readable-lead",
  "recording-too-long",
] as const;

export type EcgUnreadableReason = (typeof ECG_UNREADABLE_REASONS)[number];

export function ecgUnreadable(reason: EcgUnreadableReason, cause?: unknown): DomainError {
  return new DomainError("ecg-unreadable", { reason }, cause === undefined ? undefined : { cause });
}

export function ecgUnreadableReason(error: unknown): EcgUnreadableReason | null {
  if (!(error instanceof DomainError) || error.code !== "ecg-unreadable") return null;
  return ECG_UNREADABLE_REASONS.find((reason) => reason === error.detail.reason) ?? null;
}
