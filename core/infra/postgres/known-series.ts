import { createHash } from "node:crypto";
import type pg from "pg";
import { lruCache } from "../../lru-cache.ts";
import type { Arrival } from "./arrival.ts";

/** So many series are under way at once in a district at its busiest, and more. */
const KEPT = 4096;

export interface SeriesOfBatch {
  readonly seriesId: string;
  readonly arrivalKey: string;
  /** Of one sender. */
  readonly arrivals: readonly [Arrival, ...Arrival[]];
}

/**
 * The series that this process has filed instances in, so that those which follow go the short way (migration 0020). What is
 * remembered is a guess: the database holds the key that the guess was made by, and takes it away when it no longer holds.
 */
export interface KnownSeries {
  /** Null when one of the batch is of a series that is not known, or says something of its own. */
  seriesOf(batch: readonly Arrival[]): readonly SeriesOfBatch[] | null;
  forget(batch: readonly Arrival[]): void;
  /** Within the transaction that filed them, which may still come to nothing. */
  learn(client: pg.PoolClient, stored: readonly Arrival[]): Promise<void>;
}

export function knownSeries(): KnownSeries {
  /** Null once one instance was filed: many a series has no more. */
  const ids = lruCache<string, string | null>(KEPT);
  return {
    seriesOf: (batch) => {
      const found = new Map<string, SeriesOfBatch & { readonly arrivals: [Arrival, ...Arrival[]] }>();
      for (const arrival of batch) {
        const arrivalKey = arrivalKeyOf(arrival);
        const seriesId = arrival.entry.rejection ? undefined : ids.get(nameOf(arrival, arrivalKey));
        if (!seriesId) return null;
        const { via, sender } = arrival.source;
        const group = `${seriesId} ${via} ${sender}`;
        const there = found.get(group);
        if (there) there.arrivals.push(arrival);
        else found.set(group, { seriesId, arrivalKey, arrivals: [arrival] });
      }
      return [...found.values()];
    },
    forget: (batch) => {
      for (const arrival of batch) ids.delete(nameOf(arrival, arrivalKeyOf(arrival)));
    },
    learn: async (client, stored) => {
      const anew = new Map<string, Arrival>();
      for (const arrival of stored)
        if (!arrival.entry.rejection) anew.set(nameOf(arrival, arrivalKeyOf(arrival)), arrival);
      for (const [name, arrival] of anew) {
        if (ids.get(name) === undefined) {
          ids.set(name, null);
          continue;
        }
        const { study, series } = arrival.entry;
        const known = await client.query<{ id: string | null }>({
          name: "know-series",
          text: "SELECT hub_know_series($1, $2, $3, $4) AS id",
          values: [study.studyInstanceUid, series.seriesInstanceUid, arrival.source.siteId, arrivalKeyOf(arrival)],
        });
        const id = known.rows[0]?.id;
        if (id) ids.set(name, id);
      }
    },
  };
}

/** All of an instance that decides where it is filed, beside its study and series. */
function arrivalKeyOf({ source, entry }: Arrival): string {
  const said = JSON.stringify([source.siteId, source.via === "hub", entry.patient]);
  return createHash("sha256").update(said).digest("base64url");
}

const nameOf = ({ entry }: Arrival, arrivalKey: string) =>
  `${entry.study.studyInstanceUid} ${entry.series.seriesInstanceUid} ${arrivalKey}`;
