import { useMutation, useQueryClient } from "@tanstack/react-query";
import { POLICY, type Role } from "../../core/access/policy.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useSignedIn } from "./use-session.ts";

const TOLD: readonly Role[] = POLICY["notice.view"].map(([role]) => role);

/** The notices of whoever is told any: an administrator is not. */
export function useNotices() {
  const { roles } = useSignedIn();
  return useDeskQuery("notices", "listNotices", {}, { enabled: roles.some(({ role }) => TOLD.includes(role)) });
}

/** Marks notices as seen: at once on this page, then at the hub. */
export function useMarkSeen() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (noticeIds: readonly string[]) => {
      for (const noticeId of noticeIds) await callApi("markNoticeSeen", { params: { noticeId } });
    },
    onMutate: (noticeIds) => {
      client.setQueriesData<Answer<"listNotices">>({ queryKey: ["notices"] }, (known) => {
        if (known === undefined) return known;
        const notices = known.notices.map((one) => (noticeIds.includes(one.id) ? { ...one, seen: true } : one));
        const newlySeen = known.notices.filter((one) => !one.seen && noticeIds.includes(one.id)).length;
        return { notices, unseen: Math.max(0, known.unseen - newlySeen) };
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["notices"] }),
  });
}
