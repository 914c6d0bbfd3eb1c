import type { Clock } from "../../ports.ts";
import type { Database } from "./database.ts";
import { writeAudit } from "./write-audit.ts";

/** Who was turned away at the DICOM port, and why. */
export interface RejectedAssociation {
  /** As the peer calls itself; null for what is no AE title. */
  readonly callingAeTitle: string | null;
  readonly rejection: string;
  readonly reason?: string;
  readonly remoteAddress: string;
}

/** A device that is turned away tries again and again: one line in ten minutes for the same title, address and cause. */
const SILENT_MS = 600_000;
/** The most lines in ten minutes whoever asks, so that no stranger can fill the audit. */
const MOST_LINES = 500;

/** Writes the refusal into the audit. What cannot be written is handed to `onLost`: nobody waits for it. */
export function noteRejectedAssociations(
  db: Database,
  onLost: (error: unknown) => void,
  clock: Clock = Date.now,
): (rejected: RejectedAssociation) => void {
  const noted = new Map<string, number>();
  return ({ callingAeTitle, rejection, reason, remoteAddress }) => {
    const now = clock();
    for (const [key, at] of noted) {
      if (now - at < SILENT_MS) break; // in the order of their times
      noted.delete(key);
    }
    const key = JSON.stringify([callingAeTitle, rejection, reason, remoteAddress]);
    if (noted.has(key) || noted.size >= MOST_LINES) return;
    noted.set(key, now);
    writeAudit(db, {
      actor: callingAeTitle ?? "?",
      action: "association.open",
      outcome: "refused",
      detail: { rejection, reason: reason ?? null, remoteAddress },
    }).catch(onLost);
  };
}
