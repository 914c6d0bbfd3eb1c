import { OPEN_STATES, type UploadItem } from "./upload-item.ts";
import type { RememberedLine } from "./upload-memory.ts";

/** The lines of an earlier visit as items: what was under way has lost its bytes and waits to be added again. */
export function itemsFromMemory(lines: readonly RememberedLine[], nextId: () => number): readonly UploadItem[] {
  return lines.map((line) => ({
    ...line,
    id: nextId(),
    source: null,
    state: OPEN_STATES.has(line.state) ? "lost" : line.state,
    sentBytes: line.state === "stored" ? line.size : 0,
  }));
}
