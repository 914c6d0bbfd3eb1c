import type { Actor } from "../../core/access/actor.ts";
import type { RefusedRequest } from "../../core/audit/audit-actions.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";

export type NoteHidden = (
  actor: Actor,
  endpoint: RefusedRequest,
  place: { readonly taskId?: string; readonly studyInstanceUid?: string },
) => Promise<void>;

/**
 * "Not found" is said of what does not exist and of what the caller may not see, so that nobody learns what others have.
 * The second is a refusal, and a line of the audit.
 */
export function noteHidden(db: Database): NoteHidden {
  return (actor, endpoint, { taskId, studyInstanceUid }) =>
    asHub(db, async (tx) => {
      const found = taskId
        ? await tx.selectFrom("reading_task").select("study_id as id").where("id", "=", taskId).executeTakeFirst()
        : await tx
            .selectFrom("study")
            .select("id")
            .where("study_instance_uid", "=", studyInstanceUid ?? "")
            .executeTakeFirst();
      if (!found) return;
      await writeAudit(tx, {
        actor: actor.username,
        accountId: actor.accountId,
        action: endpoint,
        outcome: "refused",
        studyId: found.id,
        ...(taskId ? { taskId } : {}),
        detail: { code: "not-found" },
      });
    });
}
