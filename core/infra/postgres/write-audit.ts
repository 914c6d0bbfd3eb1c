import type { Kysely } from "kysely";
import type { AuditLine } from "../../audit/audit-line.ts";
import type { Tables } from "./tables.ts";

/** Writes the line in the transaction that does the thing, so that neither stands without the other. */
export async function writeAudit(tx: Kysely<Tables>, line: AuditLine): Promise<void> {
  await tx
    .insertInto("audit_event")
    .values({
      actor: line.actor,
      account_id: line.accountId ?? null,
      action: line.action,
      outcome: line.outcome,
      study_id: line.studyId ?? null,
      task_id: line.taskId ?? null,
      detail: JSON.stringify(line.detail ?? {}),
    })
    .execute();
}
