import { queryOptions } from "@tanstack/react-query";
import type { QueryGiven } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";

/** Keys start with the topic's name, so that the hub's live news reaches them (api/live.ts). */
export function taskListQuery(query: NonNullable<QueryGiven<"listTasks">>) {
  return queryOptions({
    queryKey: ["tasks", "list", query],
    queryFn: ({ signal }) => callApi("listTasks", { query }, { signal }),
  });
}

export function taskQuery(taskId: string) {
  return queryOptions({
    queryKey: ["tasks", "one", taskId],
    queryFn: ({ signal }) => callApi("getTask", { params: { taskId } }, { signal }),
  });
}

export function studyQuery(studyInstanceUid: string) {
  return queryOptions({
    queryKey: ["studies", "one", studyInstanceUid],
    queryFn: ({ signal }) => callApi("getStudy", { params: { studyInstanceUid } }, { signal }),
  });
}
