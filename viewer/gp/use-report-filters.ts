import { useCallback } from "react";
import { useAddressParams } from "../desk/use-address-params.ts";

export interface ReportFilters {
  readonly show: "all" | "unread";
  readonly q: string;
  readonly modality: string;
  /** yyyy-mm-dd, or empty. */
  readonly from: string;
  readonly to: string;
  /** From 1. */
  readonly page: number;
}

/** The filters stand in the address: going back from a report finds the inbox as it was left. */
export function useReportFilters() {
  const [params, changeParams] = useAddressParams();
  const day = (name: string) => (/^\d{4}-\d\d-\d\d$/.test(params.get(name) ?? "") ? (params.get(name) ?? "") : "");
  const filters: ReportFilters = {
    show: params.get("show") === "unread" ? "unread" : "all",
    q: params.get("q") ?? "",
    modality: params.get("modality") ?? "",
    from: day("from"),
    to: day("to"),
    page: Math.max(1, Math.floor(Number(params.get("page")) || 1)),
  };
  const change = useCallback(
    (changed: Partial<ReportFilters>) =>
      changeParams((after) => {
        for (const [key, value] of Object.entries({ page: "", ...changed })) {
          if (value === "" || value === "all") after.delete(key);
          else after.set(key, String(value));
        }
      }),
    [changeParams],
  );
  return {
    filters,
    narrowed: filters.q !== "" || filters.modality !== "" || filters.from !== "" || filters.to !== "",
    change,
    clear: useCallback(() => change({ q: "", modality: "", from: "", to: "" }), [change]),
    search: useCallback((q: string) => change({ q }), [change]),
  };
}
