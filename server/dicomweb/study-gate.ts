import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor, asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findStudyId } from "../../core/infra/postgres/stored-instances.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { Clock } from "../../core/ports.ts";

export type ViewAction = "study.view" | "study.export";

export interface StudyGate {
  /**
   * The study's own id when the actor may see it; else throws `not-found`, so that no one learns what others have. An
   * audit line is written at most once per account, study and action in ten minutes.
   */
  pass(actor: Actor, studyInstanceUid: string, action: ViewAction): Promise<string>;
}

/** A grant that was taken away works on for so long at most. */
const ALLOWED_MS = 10_000;
const AUDIT_EVERY_MS = 10 * 60_000;
const MAX_KEPT = 20_000;

interface Pass {
  readonly study: Promise<string>;
  readonly until: number;
}

/** Asks Postgres once, in one transaction with the audit line; frames that follow at once are let through from memory. */
export function studyGate(db: Database, clock: Clock): StudyGate {
  const passes = lruCache<string, Pass>(MAX_KEPT);
  const audited = lruCache<string, number>(MAX_KEPT);

  function isDue(key: string): boolean {
    return clock() - (audited.get(key) ?? Number.NEGATIVE_INFINITY) >= AUDIT_EVERY_MS;
  }

  async function ask(actor: Actor, studyInstanceUid: string, action: ViewAction, key: string): Promise<string> {
    const due = isDue(key);
    const line = { actor: actor.username, accountId: actor.accountId, action };
    const studyId = await asActor(db, actor, async (tx) => {
      const id = await findStudyId(tx, studyInstanceUid);
      if (id !== null && due) await writeAudit(tx, { ...line, outcome: "done", studyId: id });
      return id;
    });
    if (studyId === null && due) {
      await asHub(db, async (tx) => {
        const hidden = await findStudyId(tx, studyInstanceUid);
        if (hidden !== null) await writeAudit(tx, { ...line, outcome: "refused", studyId: hidden });
      });
    }
    if (due) audited.set(key, clock());
    if (studyId === null) throw new DomainError("not-found", { studyInstanceUid });
    return studyId;
  }

  return {
    pass: async (actor, studyInstanceUid, action) => {
      const key = `${actor.accountId} ${studyInstanceUid} ${action}`;
      const known = passes.get(key);
      if (known && known.until > clock()) return known.study;
      const study = ask(actor, studyInstanceUid, action, key);
      passes.set(key, { study, until: clock() + ALLOWED_MS });
      study.catch(() => passes.delete(key));
      return study;
    },
  };
}
