import { useCallback, useState } from "react";
import type { Caliper } from "../kernels/ecg-caliper.ts";

interface Held {
  readonly calipers: readonly Caliper[];
  readonly selected: number | null;
}

const NONE: Held = { calipers: [], selected: null };

/** The calipers of each ECG of the study, so that going to another one and back loses none. */
export function useCalipers(of: string) {
  const [held, setHeld] = useState<Readonly<Record<string, Held>>>({});
  const { calipers, selected } = held[of] ?? NONE;
  const set = useCallback(
    (next: readonly Caliper[], nextSelected: number | null) =>
      setHeld((all) => ({ ...all, [of]: { calipers: next, selected: nextSelected } })),
    [of],
  );
  return { calipers, selected, current: calipers.find(({ id }) => id === selected) ?? null, set };
}
