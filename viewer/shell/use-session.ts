import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "../../core/api/payloads/session-payloads.ts";
import { callApi } from "../api/call-api.ts";

export const SESSION_KEY = ["session"] as const;

/** Who is signed in. Without a session the query fails with `not-signed-in`; what it knew before stays as `data`. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => callApi("getSession", {}, { signal }),
    staleTime: 60_000,
  });
}

/** The session on a page that is only shown to someone who is signed in. */
export function useSignedIn(): Session {
  const client = useQueryClient();
  const { data } = useSession();
  const session = data ?? client.getQueryData<Session>(SESSION_KEY);
  if (session === undefined) throw new Error("this page is shown under the signed-in shell only");
  return session;
}
