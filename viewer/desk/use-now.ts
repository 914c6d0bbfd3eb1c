import { useSyncExternalStore } from "react";

const TICK_MS = 15_000;
const watchers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of the page, one clock for all that is relative: they change together. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => {
    if (timer === undefined) now = Date.now();
    return now;
  });
}
