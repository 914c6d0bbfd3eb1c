import { useCallback } from "react";
import { useAddressParams } from "../desk/use-address-params.ts";
import { DATE_RANGES, type DateRange } from "./board-dates.ts";

export const STAGES = ["receiving", "unasked", "waiting", "reported"] as const;
export type Stage = (typeof STAGES)[number];

/** The state of the board stands in the address: back and forward, a reload and a link all find it again. */
export interface BoardState {
  readonly stage: Stage | undefined;
  readonly q: string;
  readonly dates: DateRange;
  /** yyyy-mm-dd, for `custom` dates */
  readonly from: string;
  readonly to: string;
  readonly page: number;
  /** The study that is open in the drawer. */
  readonly study: string | undefined;
  /** With its request form in hand. */
  readonly ask: boolean;
}

export function useBoardFilters() {
  const [params, changeParams] = useAddressParams();
  const state: BoardState = {
    stage: STAGES.find((stage) => stage === params.get("stage")),
    q: params.get("q") ?? "",
    dates: DATE_RANGES.find((range) => range === params.get("dates")) ?? "all",
    from: params.get("from") ?? "",
    to: params.get("to") ?? "",
    page: Math.max(1, Number.parseInt(params.get("page") ?? "1", 10) || 1),
    study: params.get("study") ?? undefined,
    ask: params.get("ask") === "1",
  };
  const change = useCallback(
    (changed: Partial<Record<keyof BoardState, string | undefined>>) =>
      changeParams((next) => {
        // another filter begins on its first page
        if (!("page" in changed) && !("study" in changed) && !("ask" in changed)) next.delete("page");
        for (const [key, value] of Object.entries(changed))
          if (value === undefined || value === "") next.delete(key);
          else next.set(key, value);
      }),
    [changeParams],
  );
  return { state, change };
}
