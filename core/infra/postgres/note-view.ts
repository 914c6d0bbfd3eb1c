import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { AuditAction } from "../../audit/audit-actions.ts";
import type { HubTx } from "./as-actor.ts";

export type ViewAction = Extract<AuditAction, "study.view" | "study.export" | "report.view" | "report.download">;

/** Writes into the audit that the person saw the study, in the transaction that read it; once in ten minutes. */
export async function noteView(tx: HubTx, actor: Actor, studyId: string, action: ViewAction): Promise<void> {
  await sql`SELECT hub_note_view(${actor.username}, ${action}, ${studyId}::bigint)`.execute(tx);
}
