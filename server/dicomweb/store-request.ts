import type { DomainError } from "../../core/errors.ts";
import type { InstanceReceiver, InstanceSource } from "../../core/ports.ts";
import type { MetadataContext } from "./waiting-instance.ts";

/** A store request as its two forms need it: instances as files, or as metadata and bulk data. */
export interface StoreRequest extends MetadataContext {
  readonly body: AsyncIterable<Buffer>;
  readonly boundary: string;
  readonly source: InstanceSource;
  readonly receiver: InstanceReceiver;
  readonly inFlight: StoresInFlight;
  /** For the audit: something was refused before the receiver saw it. */
  readonly noteRefusal: (error: DomainError) => void;
}

/** Stores that wait for their commit while the next parts come in; few, so that a request holds little. */
export interface StoresInFlight {
  /** Resolves when there is room for another one. */
  add(storing: Promise<void>): Promise<void>;
  /** All of them are through. */
  settled(): Promise<void>;
}

/** `storing` are promises that never reject. */
export function storesInFlight(limit: number): StoresInFlight {
  const all = new Set<Promise<void>>();
  return {
    add: async (storing) => {
      const one = storing.finally(() => all.delete(one));
      all.add(one);
      if (all.size >= limit) await Promise.race(all);
    },
    settled: async () => void (await Promise.all(all)),
  };
}
