import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/call-api.ts";
import { signalIfSessionLost } from "./session-lost.ts";

/** A fault of the line is tried again; an answer of the hub is an answer. */
function retry(failures: number, error: Error): boolean {
  return error instanceof ApiProblem && error.code === "unreachable" && failures < 3;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: signalIfSessionLost }),
    mutationCache: new MutationCache({ onError: signalIfSessionLost }),
    defaultOptions: {
      // The live channel says when something changed; this is for what it could not say.
      queries: { retry, staleTime: 20_000, refetchOnWindowFocus: true, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}
