import { describeFrames, type FrameDescription } from "../../core/infra/archive/describe-frames.ts";
import type { StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { BlobStore } from "../../core/ports.ts";

export interface FrameDescriptions {
  of(studyInstanceUid: string, instance: StoredInstance): Promise<FrameDescription>;
}

/** Frames of all instances that are kept. */
const KEPT = 2000;

/** What instances say of their frames, each header read once while it is asked for again. */
export function frameDescriptions(blobs: BlobStore): FrameDescriptions {
  const kept = lruCache<string, FrameDescription>(KEPT, ({ frames }) => Math.max(1, frames.length));
  return {
    of: async (studyInstanceUid, instance) => {
      const known = kept.get(instance.id);
      if (known) return known;
      const described = await describeFrames(blobs, studyInstanceUid, instance);
      kept.set(instance.id, described);
      return described;
    },
  };
}
