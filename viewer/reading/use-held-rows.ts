import { useState } from "react";
import { type HeldRow, holdRows } from "./hold-rows.ts";

interface HeldRows<T> {
  readonly rows: readonly HeldRow<T>[];
  /** New ones that are not shown yet because someone points at the list. */
  readonly waiting: number;
  readonly showWaiting: () => void;
}

interface Shown<T> extends Omit<HeldRows<T>, "showWaiting"> {
  readonly list: string;
  readonly fresh: readonly T[];
  readonly held: boolean;
}

/**
 * Rows that do not move while they are pointed at. `list` names what is listed: another list is no news. `fresh` and
 * `idOf` must keep their identity as long as nothing changed.
 */
export function useHeldRows<T>(
  list: string,
  fresh: readonly T[],
  held: boolean,
  idOf: (item: T) => string,
): HeldRows<T> {
  const [shown, setShown] = useState<Shown<T>>({ list, fresh: [], held: false, rows: [], waiting: 0 });
  let current = shown;
  if (shown.list !== list || shown.fresh !== fresh || shown.held !== held) {
    current = { list, fresh, held, ...holdRows(shown.list === list ? shown.rows : [], fresh, held, idOf) };
    setShown(current);
  }
  return {
    rows: current.rows,
    waiting: current.waiting,
    showWaiting: () => setShown({ ...current, ...holdRows([], fresh, false, idOf) }),
  };
}
