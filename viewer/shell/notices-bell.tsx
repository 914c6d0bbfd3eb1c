import { useNavigate } from "react-router";
import { RelativeTime } from "../desk/relative-time.tsx";
import { useText } from "../i18n/use-text.ts";
import { Icon } from "./icon.tsx";
import { type Notice, noticeLabel, noticeTarget } from "./notice-target.ts";
import styles from "./shell.module.css";
import { useMarkSeen, useNotices } from "./use-notices.ts";
import { usePopover } from "./use-popover.ts";
import { useSignedIn } from "./use-session.ts";

export function NoticesBell() {
  const { text } = useText();
  const session = useSignedIn();
  const navigate = useNavigate();
  const { data } = useNotices();
  const markSeen = useMarkSeen();
  const { open, setOpen, frame } = usePopover<HTMLDivElement>();
  const notices = data?.notices ?? [];
  const unseen = data?.unseen ?? 0;
  const go = (notice: Notice) => {
    setOpen(false);
    if (!notice.seen) markSeen.mutate([notice.id]);
    void navigate(noticeTarget(notice, session));
  };
  return (
    <div className={styles["popover-frame"]} ref={frame}>
      <button
        type="button"
        className={styles["bar-button"]}
        aria-expanded={open}
        aria-label={unseen > 0 ? text("notice.unseen", { count: unseen }) : text("notice.title")}
        title={text("notice.title")}
        onClick={() => setOpen(!open)}
      >
        <Icon name="bell" size={18} />
        {unseen > 0 ? <span className={styles.count}>{unseen > 99 ? "99+" : unseen}</span> : null}
      </button>
      {open ? (
        <section className={styles.popover} aria-label={text("notice.title")}>
          <header>
            <h2>{text("notice.title")}</h2>
            {unseen > 0 ? (
              <button
                type="button"
                className={styles["text-button"]}
                onClick={() => markSeen.mutate(notices.filter((one) => !one.seen).map((one) => one.id))}
              >
                {text("notice.all-seen")}
              </button>
            ) : null}
          </header>
          {notices.length === 0 ? <p className={styles["popover-empty"]}>{text("notice.none")}</p> : null}
          <ul>
            {notices.map((notice) => (
              <li key={notice.id}>
                <button type="button" className={styles.notice} onClick={() => go(notice)}>
                  <span className={notice.seen ? styles.seen : styles.unseen}>
                    {notice.seen ? null : <span className="visually-hidden">{text("notice.mark-unseen")}</span>}
                  </span>
                  <span className={styles["notice-text"]}>
                    <strong>{text(noticeLabel(notice.kind))}</strong>
                    <span>
                      {[notice.study.patientName, notice.study.modality, notice.study.description]
                        .filter((part) => part !== "")
                        .join(" · ")}
                    </span>
                  </span>
                  <RelativeTime at={notice.createdAt} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
