import { useCallback, useEffect, useState } from "react";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "error"; readonly error: unknown };

/**
 * What `load` gives, and again on `retry`. `load` is a useCallback of what it depends on, null for nothing to load; what
 * comes after it has changed is dropped.
 */
export function useLoaded<T>(load: ((signal: AbortSignal) => Promise<T>) | null): {
  readonly loaded: Loaded<T>;
  readonly retry: () => void;
} {
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<{
    readonly load: unknown;
    readonly attempt: number;
    readonly loaded: Loaded<T>;
  } | null>(null);
  useEffect(() => {
    if (load === null) return;
    const controller = new AbortController();
    const hold = (loaded: Loaded<T>) => {
      if (!controller.signal.aborted) setHeld({ load, attempt, loaded });
    };
    load(controller.signal).then(
      (value) => hold({ state: "ready", value }),
      (error: unknown) => hold({ state: "error", error }),
    );
    return () => controller.abort();
  }, [load, attempt]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const current = held !== null && held.load === load && held.attempt === attempt;
  return { loaded: current ? held.loaded : { state: "loading" }, retry };
}
