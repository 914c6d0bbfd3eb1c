import { useState } from "react";
import { steadyOrder } from "./steady-order.ts";

interface SteadyRows<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
  readonly showWaiting: () => void;
}

/** The rows of a live list in a steady order. `list` names what is listed: another filter is no news. */
export function useSteadyRows<Row>(
  list: string,
  fresh: readonly Row[],
  idOf: (row: Row) => string,
  held: boolean,
): SteadyRows<Row> {
  const [shown, setShown] = useState<{
    list: string;
    fresh: readonly Row[];
    held: boolean;
    ids: readonly string[];
    waiting: number;
  }>({ list, fresh: [], held: false, ids: [], waiting: 0 });
  let current = shown;
  if (shown.list !== list || shown.fresh !== fresh || shown.held !== held) {
    const order = steadyOrder(shown.list === list ? shown.ids : [], fresh.map(idOf), held);
    current = { list, fresh, held, ...order };
    setShown(current);
  }
  const byId = new Map(fresh.map((row) => [idOf(row), row]));
  return {
    rows: current.ids.flatMap((id) => byId.get(id) ?? []),
    waiting: current.waiting,
    showWaiting: () => setShown({ ...current, ids: fresh.map(idOf), waiting: 0 }),
  };
}
