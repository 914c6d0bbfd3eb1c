/** Why an instance is not exported; texts for people are in the catalogue under `export.refused.<reason>`. */
export const REFUSAL_REASONS = [
  "identity-unsure",
  "class-not-exported",
  "burned-in-annotation",
  "screen-without-rule",
  "ultrasound-without-regions",
  "digitized-film",
  "overlay-in-pixels",
  "transfer-syntax-not-exported",
  "pixels-unreadable",
  "unreadable",
  "too-large",
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
