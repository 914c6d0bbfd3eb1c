import { describeFrames, type FrameDescription } from "../../core/infra/archive/describe-frames.ts";
import type { StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { BlobStore } from "../../core/ports.ts";

/** What an instance's header says of its frames; it never changes, so it is read once. */
export type FrameDescriptions = (studyInstanceUid: string, instance: StoredInstance) => Promise<FrameDescription>;

const KEPT_FRAMES = 2000;

export function frameDescriptions(blobs: BlobStore): FrameDescriptions {
  const kept = lruCache<string, FrameDescription>(KEPT_FRAMES, ({ frames }) => Math.max(1, frames.length));
  return async (studyInstanceUid, instance) => {
    const known = kept.get(instance.id);
    if (known) return known;
    const described = await describeFrames(blobs, studyInstanceUid, instance);
    kept.set(instance.id, described);
    return described;
  };
}
