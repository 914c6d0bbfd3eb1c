import { useMemo, useState } from "react";
import { useSignedIn } from "../shell/use-session.ts";
import { localRequests, type ReadingRequest } from "./local-requests.ts";

export interface RequestDraft {
  readonly request: ReadingRequest;
  /** nothing: as the hub has it · restored: typed on an earlier visit · kept: typed now and on this machine · unkept */
  readonly kept: "nothing" | "restored" | "kept" | "unkept";
  readonly change: (changed: Partial<ReadingRequest>) => void;
  /** Back to what the hub has. */
  readonly discard: () => void;
  /** It is sent: the copy on this machine is not needed any longer. */
  readonly forget: () => void;
}

/** The request of a study while it is written: what was kept on this machine, else what the hub has. */
export function useRequestDraft(studyInstanceUid: string, atHub: ReadingRequest): RequestDraft {
  const { account } = useSignedIn();
  const local = useMemo(() => localRequests(localStorage, account.id, Date.now), [account.id]);
  const [state, setState] = useState<Pick<RequestDraft, "request" | "kept">>(() => {
    local.sweep();
    const restored = local.load(studyInstanceUid);
    return restored === null ? { request: atHub, kept: "nothing" } : { request: restored, kept: "restored" };
  });
  return {
    ...state,
    change: (changed) => {
      const request = { ...state.request, ...changed };
      setState({ request, kept: local.keep(studyInstanceUid, request) ? "kept" : "unkept" });
    },
    discard: () => {
      local.forget(studyInstanceUid);
      setState({ request: atHub, kept: "nothing" });
    },
    forget: () => local.forget(studyInstanceUid),
  };
}
