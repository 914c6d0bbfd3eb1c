import { useEffect, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { noticeLabel, noticeTarget } from "./notice-target.ts";
import { showToast } from "./toasts.tsx";
import { useMarkSeen, useNotices } from "./use-notices.ts";
import { useSignedIn } from "./use-session.ts";

/** A notice that comes in while the page is open is shown at once; those of before stay in the bell. */
export function useNoticeToasts(): void {
  const { text } = useText();
  const session = useSignedIn();
  const { data } = useNotices();
  const { mutate: markSeen } = useMarkSeen();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    const before = known.current;
    known.current = new Set(data.notices.map((notice) => notice.id));
    if (before === null) return;
    for (const notice of data.notices) {
      if (notice.seen || before.has(notice.id)) continue;
      const { patientName, modality, description } = notice.study;
      showToast({
        id: notice.id,
        title: text(noticeLabel(notice.kind)),
        note: [patientName, modality, description].filter((part) => part !== "").join(" · "),
        to: noticeTarget(notice, session),
        onOpen: () => markSeen([notice.id]),
      });
    }
  }, [data, session, text, markSeen]);
}
