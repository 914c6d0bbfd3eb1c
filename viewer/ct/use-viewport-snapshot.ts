import { useCallback, useSyncExternalStore } from "react";
import type { StackViewport } from "./stack-viewport.ts";
import { EMPTY_SNAPSHOT, type ViewportSnapshot } from "./viewport-snapshot.ts";

/** What a viewport says of itself, or one part of it: a component that reads a part renders only when that part changes. */
export function useViewportSnapshot<T>(
  viewport: StackViewport | undefined,
  part: (snapshot: ViewportSnapshot) => T,
): T {
  const subscribe = useCallback((listener: () => void) => viewport?.subscribe(listener) ?? (() => {}), [viewport]);
  return useSyncExternalStore(subscribe, () => part(viewport?.snapshot ?? EMPTY_SNAPSHOT));
}
