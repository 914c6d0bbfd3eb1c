import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor, asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { listStoredInstances, type StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { Clock } from "../../core/ports.ts";

export interface InstanceCatalogue {
  /** One instance of a series; throws `not-found`. The series is read once for all its instances. */
  find(actor: Actor, studyId: string, seriesInstanceUid: string, sopInstanceUid: string): Promise<StoredInstance>;
}

/** Rows kept in memory, about 400 bytes each. */
const MAX_ROWS = 50_000;

/** An instance that was rejected, deleted or moved is given from memory for so long at most. */
const BELIEVED_MS = 5000;

interface KeptSeries {
  readonly rows: ReadonlyMap<string, StoredInstance>;
  /** Of the series when its rows were read. */
  readonly version: number;
  readonly until: number;
}

/**
 * Where each instance of the series looked at lies. What was read is believed while the series has the same version, which is
 * looked at now and then; an instance that is not there is asked for again, as it may just have come. To be asked only after
 * the study's gate.
 */
export function instanceCatalogue(db: Database, clock: Clock): InstanceCatalogue {
  const kept = lruCache<string, KeptSeries>(MAX_ROWS, ({ rows }) => rows.size + 1);
  const loading = new Map<string, Promise<KeptSeries>>();

  async function versionOf(studyId: string, seriesInstanceUid: string): Promise<number> {
    const row = await asHub(db, (tx) =>
      tx
        .selectFrom("series")
        .select("version")
        .where("study_id", "=", studyId)
        .where("series_instance_uid", "=", seriesInstanceUid)
        .executeTakeFirst(),
    );
    return row?.version ?? -1;
  }

  /** The version first: rows read under a newer one are only read again once too often. */
  async function load(actor: Actor, studyId: string, seriesInstanceUid: string): Promise<KeptSeries> {
    const version = await versionOf(studyId, seriesInstanceUid);
    const rows = await asActor(db, actor, (tx) => listStoredInstances(tx, studyId, seriesInstanceUid));
    return {
      rows: new Map(rows.map((row) => [row.sopInstanceUid, row])),
      version,
      until: clock() + BELIEVED_MS,
    };
  }

  async function believed(key: string, studyId: string, seriesInstanceUid: string): Promise<KeptSeries | null> {
    const known = kept.get(key);
    if (!known || known.until > clock()) return known ?? null;
    // many frames are asked for at once: one of them looks, the others are as good as before
    const stillGood = { ...known, until: clock() + BELIEVED_MS };
    kept.set(key, stillGood);
    if ((await versionOf(studyId, seriesInstanceUid)) === known.version) return stillGood;
    kept.delete(key);
    return null;
  }

  return {
    find: async (actor, studyId, seriesInstanceUid, sopInstanceUid) => {
      const key = `${studyId} ${seriesInstanceUid}`;
      const known = (await believed(key, studyId, seriesInstanceUid))?.rows.get(sopInstanceUid);
      if (known) return known;
      const own = `${actor.accountId} ${key}`;
      const running = loading.get(own) ?? load(actor, studyId, seriesInstanceUid).finally(() => loading.delete(own));
      loading.set(own, running);
      const read = await running;
      kept.set(key, read);
      const found = read.rows.get(sopInstanceUid);
      if (!found) throw new DomainError("not-found", { sopInstanceUid });
      return found;
    },
  };
}
