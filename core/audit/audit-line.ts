import type { AuditAction, RefusedRequest } from "./audit-actions.ts";

/** One line of the audit: who did what to which study or task. Never names, never ids of patients. */
export interface AuditLine {
  /** Account name, calling AE title, or "hub". */
  readonly actor: string;
  readonly accountId?: string;
  readonly action: AuditAction | RefusedRequest;
  readonly outcome: "done" | "refused";
  readonly studyId?: string;
  readonly taskId?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}
