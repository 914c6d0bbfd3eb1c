import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Operation } from "../../core/api/endpoints.ts";
import { type ApiInput, callApi } from "../api/call-api.ts";

/** The first part of a query's key: what the live channel says of this topic makes it be read again. */
type LiveTopic = "studies" | "tasks" | "reports" | "orders" | "notices" | "district";

interface DeskQueryOptions {
  readonly enabled?: boolean;
  /** What was shown for the last filter stays until the new answer is there. Not for one thing's own page. */
  readonly keepPrevious?: boolean;
}

/** Reads from the hub, and again whenever the topic changes there. */
export function useDeskQuery<Op extends Operation>(
  topic: LiveTopic,
  operation: Op,
  input: ApiInput<Op>,
  { enabled = true, keepPrevious = true }: DeskQueryOptions = {},
) {
  return useQuery({
    queryKey: [topic, operation, input] as const,
    queryFn: ({ signal }) => callApi(operation, input, { signal }),
    enabled,
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}
