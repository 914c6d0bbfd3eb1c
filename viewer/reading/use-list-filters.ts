import { useCallback } from "react";
import { useAddressParams } from "../desk/use-address-params.ts";
import type { ListView } from "./sort-tasks.ts";

export const LIST_VIEWS = ["open", "mine", "countersign", "done"] as const satisfies readonly ListView[];

export interface ListFilters {
  readonly view: ListView;
  readonly q: string;
  readonly modality: string | undefined;
  readonly urgency: "routine" | "urgent" | undefined;
}

interface UseListFilters {
  readonly filters: ListFilters;
  /** Something narrows the list besides the view. */
  readonly filtered: boolean;
  readonly change: (changed: Partial<ListFilters>) => void;
  readonly clear: () => void;
}

/** The filters stand in the address: going back from a study finds the list as it was left. */
export function useListFilters(defaultView: ListView): UseListFilters {
  const [params, changeParams] = useAddressParams();
  const urgency = params.get("urgency");
  const filters: ListFilters = {
    view: LIST_VIEWS.find((view) => view === params.get("view")) ?? defaultView,
    q: params.get("q") ?? "",
    modality: params.get("modality") ?? undefined,
    urgency: urgency === "urgent" || urgency === "routine" ? urgency : undefined,
  };
  const change = useCallback(
    (changed: Partial<ListFilters>) =>
      changeParams((after) => {
        for (const [key, value] of Object.entries(changed))
          if (value === undefined || value === "") after.delete(key);
          else after.set(key, value);
      }),
    [changeParams],
  );
  const clear = useCallback(() => change({ q: "", modality: undefined, urgency: undefined }), [change]);
  return {
    filters,
    filtered: filters.q !== "" || filters.modality !== undefined || filters.urgency !== undefined,
    change,
    clear,
  };
}
