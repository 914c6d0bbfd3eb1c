import { useCallback, useRef } from "react";
import type { EcgView } from "./ecg-view.ts";

/** One lead alone, large, and back to how it was. */
export function useLeadFocus(view: EcgView, change: (part: Partial<EcgView>) => void): (lead: string) => void {
  const before = useRef<EcgView["zoom"]>("auto");
  return useCallback(
    (lead) => {
      if (view.focus !== null) {
        change({ focus: null, zoom: before.current });
        return;
      }
      before.current = view.zoom;
      change({ focus: lead, zoom: "fit" });
    },
    [view.focus, view.zoom, change],
  );
}
