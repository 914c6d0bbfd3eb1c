import { describeFrames, type FrameDescription } from "../../core/infra/archive/describe-frames.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import { lruCache } from "../../core/lru-cache.ts";
import type { BlobStore } from "../../core/ports.ts";

/** What an instance's header says of its frames; it never changes, so it is read once. */
export type FrameDescriptions = (studyInstanceUid: string, instance: StoredInstance) => Promise<FrameDescription>;

/** About 1 KB each: an instance of many thousand frames has its place, too, or each of its frames would read it all again. */
const KEPT_FRAMES = 20_000;

export function frameDescriptions(blobs: BlobStore): FrameDescriptions {
  const kept = lruCache<string, FrameDescription>(KEPT_FRAMES, ({ frames }) => Math.max(1, frames.length));
  const reading = new Map<string, Promise<FrameDescription>>();
  return async (studyInstanceUid, instance) => {
    const known = kept.get(instance.id);
    if (known) return known;
    const { id } = instance;
    // many frames are asked for at once: the header is read by the first
    const running =
      reading.get(id) ?? describeFrames(blobs, studyInstanceUid, instance).finally(() => reading.delete(id));
    reading.set(id, running);
    const described = await running;
    kept.set(id, described);
    return described;
  };
}
