import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { listStoredInstances, type StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { lruCache } from "../../core/lru-cache.ts";

export interface InstanceCatalogue {
  /** One instance of a series; throws `not-found`. The series is read once for all its instances. */
  find(actor: Actor, studyId: string, seriesInstanceUid: string, sopInstanceUid: string): Promise<StoredInstance>;
}

/** Rows kept in memory, about 400 bytes each. */
const MAX_ROWS = 50_000;

/**
 * Where each instance of the series looked at lies. A row never changes, so that one that is there may be believed; an
 * instance that is not is asked for again, as it may just have come. To be asked only after the study's gate.
 */
export function instanceCatalogue(db: Database): InstanceCatalogue {
  const kept = lruCache<string, ReadonlyMap<string, StoredInstance>>(MAX_ROWS, (rows) => rows.size + 1);
  const loading = new Map<string, Promise<ReadonlyMap<string, StoredInstance>>>();

  async function load(actor: Actor, studyId: string, seriesInstanceUid: string) {
    const rows = await asActor(db, actor, (tx) => listStoredInstances(tx, studyId, seriesInstanceUid));
    return new Map(rows.map((row) => [row.sopInstanceUid, row]));
  }

  return {
    find: async (actor, studyId, seriesInstanceUid, sopInstanceUid) => {
      const key = `${studyId} ${seriesInstanceUid}`;
      const known = kept.get(key)?.get(sopInstanceUid);
      if (known) return known;
      const own = `${actor.accountId} ${key}`;
      const running = loading.get(own) ?? load(actor, studyId, seriesInstanceUid).finally(() => loading.delete(own));
      loading.set(own, running);
      const rows = await running;
      kept.set(key, rows);
      const found = rows.get(sopInstanceUid);
      if (!found) throw new DomainError("not-found", { sopInstanceUid });
      return found;
    },
  };
}
