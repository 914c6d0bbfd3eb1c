import { useEffect, useRef } from "react";
import { addPageKeys, type PageKey } from "../shell/page-keys.ts";

/** The keys of a page, while it is shown: they are heard unless one is typing, and `?` lists them. */
export function usePageKeys(keys: readonly PageKey[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => addPageKeys(() => latest.current), []);
}
