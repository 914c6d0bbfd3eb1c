import { useCallback } from "react";
import { ORDER_STAGES, type OrderStage } from "../../../core/order/order-stages.ts";
import { useAddressParams } from "../../desk/use-address-params.ts";
import { ORDER_DATES, type OrderDates } from "./order-dates.ts";

/** What is shown stands in the address: back and forward, a reload and a link all find it again. */
export interface OrderFilterState {
  readonly q: string;
  readonly stage: OrderStage | undefined;
  readonly dates: OrderDates;
  /** yyyy-mm-dd, for `custom` dates */
  readonly from: string;
  readonly to: string;
  readonly page: number;
}

export type ChangeOrderFilters = (changed: Partial<Record<keyof OrderFilterState, string | undefined>>) => void;

export function useOrderFilters(): { readonly state: OrderFilterState; readonly change: ChangeOrderFilters } {
  const [params, changeParams] = useAddressParams();
  const state: OrderFilterState = {
    q: params.get("q") ?? "",
    stage: ORDER_STAGES.find((stage) => stage === params.get("stage")),
    dates: ORDER_DATES.find((range) => range === params.get("dates")) ?? "today",
    from: params.get("from") ?? "",
    to: params.get("to") ?? "",
    page: Math.max(1, Number.parseInt(params.get("page") ?? "1", 10) || 1),
  };
  const change = useCallback<ChangeOrderFilters>(
    (changed) =>
      changeParams((next) => {
        if (!("page" in changed)) next.delete("page");
        for (const [key, value] of Object.entries(changed))
          if (value === undefined || value === "") next.delete(key);
          else next.set(key, value);
      }),
    [changeParams],
  );
  return { state, change };
}
