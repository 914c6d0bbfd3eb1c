import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { callApi } from "../api/call-api.ts";
import { sortTasks } from "./sort-tasks.ts";
import type { ListFilters } from "./use-list-filters.ts";

const PAGE = 100;
const NONE: readonly never[] = [];

/** One list of tasks, read page by page, sorted, each task once. */
export function useTaskList({ view, q, modality, urgency }: ListFilters) {
  const query = {
    view,
    ...(q === "" ? {} : { q }),
    ...(modality === undefined ? {} : { modality }),
    ...(urgency === undefined ? {} : { urgency }),
  };
  const list = useInfiniteQuery({
    queryKey: ["tasks", "list", query],
    queryFn: ({ pageParam, signal }) =>
      callApi("listTasks", { query: { ...query, limit: PAGE, offset: pageParam } }, { signal }),
    initialPageParam: 0,
    refetchOnMount: "always",
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.tasks.length, 0);
      return read < last.total && last.tasks.length > 0 ? read : undefined;
    },
  });
  const pages = list.data?.pages;
  const tasks = useMemo(() => {
    if (pages === undefined) return NONE;
    // a task that moved while the pages were read may stand on two of them
    const byId = new Map(pages.flatMap((page) => page.tasks).map((listed) => [listed.task.id, listed]));
    return sortTasks([...byId.values()], view);
  }, [pages, view]);
  return { list, tasks, newest: pages?.at(-1), name: JSON.stringify(query) };
}
