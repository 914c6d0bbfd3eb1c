export interface SteadyOrder {
  readonly ids: readonly string[];
  /** New ones that would push rows away under the pointer: shown when asked for. */
  readonly waiting: number;
}

/**
 * The order of a live list. While someone points at it, or has scrolled down, rows keep their places: what is gone goes,
 * what comes behind the last is added, what would come in between waits.
 */
export function steadyOrder(shown: readonly string[], fresh: readonly string[], held: boolean): SteadyOrder {
  if (!held || shown.length === 0) return { ids: fresh, waiting: 0 };
  const present = new Set(fresh);
  const known = new Set(shown);
  const kept = shown.filter((id) => present.has(id));
  const lastKnown = fresh.findLastIndex((id) => known.has(id));
  const behind = fresh.filter((id, index) => index > lastKnown && !known.has(id));
  return { ids: [...kept, ...behind], waiting: fresh.length - kept.length - behind.length };
}
