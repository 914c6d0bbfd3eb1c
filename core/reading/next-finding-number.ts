import type { FindingKind } from "./finding-kinds.ts";

/**
 * The number of a new finding: one more than the highest of its kind. Those that were taken away count too when they are
 * given: a report may already speak of them.
 */
export function nextFindingNumber(
  findings: readonly { readonly kind: FindingKind; readonly number?: number | undefined }[],
  kind: FindingKind,
): number {
  return findings.reduce((most, one) => (one.kind === kind ? Math.max(most, one.number ?? 0) : most), 0) + 1;
}
