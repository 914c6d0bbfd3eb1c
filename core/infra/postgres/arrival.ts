import type { InstanceSource } from "../../ports.ts";
import type { StoredBlob } from "../../study/describe-instance.ts";
import type { IndexEntry } from "../../study/index-entry.ts";

/** An instance on its way into the index. */
export interface Arrival {
  readonly source: InstanceSource;
  readonly entry: IndexEntry;
  readonly blob: StoredBlob;
  /** Resolves when the bytes are on stable storage. */
  readonly sealed: Promise<void>;
}
