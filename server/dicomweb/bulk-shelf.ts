import type { DomainError } from "../../core/errors.ts";
import type { HeldBulk } from "./held-bulk.ts";

/** The bulk data parts of one request by the locations they came with, until no instance needs them. */
export interface BulkShelf {
  put(location: string, bulk: HeldBulk): void;
  /** The part of this location came and was not taken. */
  refuse(location: string, error: DomainError): void;
  /**
   * What a BulkDataURI names: one part, or `frames` of them where they are frames, which come one after the other under
   * the same location or each under `…/frames/N` (PS3.18 §8.7.3.3). Undefined while something of it is missing.
   */
  find(location: string, frames: number): readonly HeldBulk[] | undefined;
  refusal(location: string): DomainError | undefined;
  release(location: string): Promise<void>;
  releaseAll(): Promise<void>;
}

interface Shelved {
  readonly parts: HeldBulk[];
  readonly byFrame: Map<number, HeldBulk>;
  refused?: DomainError;
}

const FRAME_LOCATION = /^(.*)\/frames\/([1-9]\d{0,8})$/;

/** The location of all the frames, of the location of one of them. */
export function wholeOfFrame(location: string): string | undefined {
  return FRAME_LOCATION.exec(location)?.[1];
}

export function bulkShelf(): BulkShelf {
  const shelved = new Map<string, Shelved>();

  function at(location: string): Shelved {
    const known = shelved.get(location) ?? { parts: [], byFrame: new Map() };
    shelved.set(location, known);
    return known;
  }

  const release = async (location: string): Promise<void> => {
    const known = shelved.get(location);
    shelved.delete(location);
    for (const bulk of new Set([...(known?.parts ?? []), ...(known?.byFrame.values() ?? [])])) await bulk.discard();
  };

  return {
    put: (location, bulk) => {
      at(location).parts.push(bulk);
      const [, whole, frame] = FRAME_LOCATION.exec(location) ?? [];
      if (whole !== undefined) at(whole).byFrame.set(Number(frame), bulk);
    },
    refuse: (location, error) => {
      at(location).refused = error;
      const whole = wholeOfFrame(location);
      if (whole !== undefined) at(whole).refused = error;
    },
    find: (location, frames) => {
      const known = shelved.get(location);
      const [first] = known?.parts ?? [];
      if (first && (first.form.kind === "value" || frames === 1)) return [first];
      if (known && first && known.parts.length >= frames) return known.parts.slice(0, frames);
      if (!known || first || known.byFrame.size < frames) return undefined;
      const inOrder = Array.from({ length: frames }, (_, i) => known.byFrame.get(i + 1));
      return inOrder.every((bulk) => bulk !== undefined) ? inOrder : undefined;
    },
    refusal: (location) => shelved.get(location)?.refused,
    release,
    releaseAll: async () => {
      for (const location of [...shelved.keys()]) await release(location);
    },
  };
}
