import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";

export function useNotices() {
  return useDeskQuery("notices", "listNotices", {});
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
