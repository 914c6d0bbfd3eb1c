import { useCallback, useLayoutEffect, useRef } from "react";
import { useSearchParams } from "react-router";

type Edit = (params: URLSearchParams) => void;

/**
 * The state of a list that stands in the address. The router hands an update the parameters of the last render, so two
 * changes in quick succession (a search that settles, a date that is picked) would lose the first: here each one builds
 * on the one before, rendered or not.
 */
export function useAddressParams(): readonly [params: URLSearchParams, change: (edit: Edit) => void] {
  const [params, setParams] = useSearchParams();
  const latest = useRef(params);
  const navigate = useRef(setParams);
  useLayoutEffect(() => {
    latest.current = params;
    navigate.current = setParams;
  }, [params, setParams]);
  const change = useCallback((edit: Edit) => {
    const next = new URLSearchParams(latest.current);
    edit(next);
    latest.current = next;
    navigate.current(next, { replace: true });
  }, []);
  return [params, change];
}
