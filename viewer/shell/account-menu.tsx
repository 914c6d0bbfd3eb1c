import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiProblem, callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { Icon } from "./icon.tsx";
import { PlainDialog } from "./plain-dialog.tsx";
import styles from "./shell.module.css";
import { uploadSummary } from "./upload-summary.ts";
import { usePopover } from "./use-popover.ts";
import { useSignedIn } from "./use-session.ts";

export function AccountMenu() {
  const { text, language } = useText();
  const { account, roles } = useSignedIn();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { open, setOpen, frame } = usePopover<HTMLDivElement>();
  const [asking, setAsking] = useState(false);
  const signOut = useMutation({
    mutationFn: async () => {
      try {
        await callApi("signOut", {});
      } catch (problem) {
        // it was over already
        if (!(problem instanceof ApiProblem && problem.code === "not-signed-in")) throw problem;
      }
    },
    onSuccess: () => {
      client.clear();
      uploadSummary.set(null); // the person was asked already
      // A new page: nothing of this person stays in memory, and an upload ends.
      location.assign("/sign-in");
    },
  });
  const sites = new Map(roles.flatMap(({ site }) => (site === null ? [] : [[site.id, site] as const])));
  const leave = () => {
    setOpen(false);
    if (uploadSummary.get() === null) signOut.mutate();
    else setAsking(true);
  };
  return (
    <div className={styles["popover-frame"]} ref={frame}>
      <button
        type="button"
        className={styles["bar-button"]}
        aria-expanded={open}
        title={text("shell.account")}
        onClick={() => setOpen(!open)}
      >
        <Icon name="user" size={18} />
        <span className={styles["account-name"]}>{account.displayName}</span>
        <Icon name="down" size={12} />
      </button>
      {open ? (
        <section className={`${styles.popover} ${styles.menu}`} aria-label={text("shell.account")}>
          <div className={styles.who}>
            <strong>
              {account.displayName} {account.title}
            </strong>
            <span>{account.username}</span>
            {[...sites.values()].map((site) => (
              <span key={site.id}>{siteName(site, language)}</span>
            ))}
          </div>
          <button type="button" className={styles["menu-item"]} onClick={leave}>
            {text("common.sign-out")}
          </button>
        </section>
      ) : null}
      {signOut.error === null ? null : (
        <p className={styles["bar-problem"]} role="alert">
          {problemText(signOut.error, text)}
        </p>
      )}
      {asking ? (
        <PlainDialog title={text("shell.sign-out-upload-title")} onClose={() => setAsking(false)}>
          <p>{text("shell.sign-out-upload")}</p>
          <footer className={styles["dialog-footer"]}>
            <button
              type="button"
              className={styles.secondary}
              onClick={() => {
                setAsking(false);
                void navigate("/technician/upload");
              }}
            >
              {text("notice.open")}
            </button>
            <button type="button" className={styles.primary} onClick={() => signOut.mutate()}>
              {text("common.sign-out")}
            </button>
          </footer>
        </PlainDialog>
      ) : null}
    </div>
  );
}
