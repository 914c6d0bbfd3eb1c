import { Link, useLocation } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { AccountMenu } from "./account-menu.tsx";
import { deskOf, desksOf } from "./desks.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { LiveMark } from "./live-mark.tsx";
import { Mark } from "./mark.tsx";
import { NoticesBell } from "./notices-bell.tsx";
import styles from "./shell.module.css";
import { UploadMark } from "./upload-mark.tsx";
import { useSignedIn } from "./use-session.ts";

/** The bar over every desk. */
export function TopBar() {
  const { text } = useText();
  const desks = desksOf(useSignedIn());
  const here = deskOf(useLocation().pathname);
  return (
    <header className={styles.bar}>
      <a className={styles.skip} href="#content">
        {text("shell.skip")}
      </a>
      <Link to="/" className={styles.product}>
        <Mark />
        {text("common.hub")}
      </Link>
      <nav aria-label={text("shell.desks")}>
        {desks.map((desk) => (
          <Link
            key={desk.path}
            to={desk.path}
            className={`${styles.tab} ${desk === here ? styles.active : ""}`}
            {...(desk === here ? { "aria-current": "page" } : {})}
          >
            {text(desk.label)}
          </Link>
        ))}
      </nav>
      <div className={styles["bar-end"]}>
        <LiveMark />
        <UploadMark />
        <NoticesBell />
        <LanguageSwitch />
        <AccountMenu />
      </div>
    </header>
  );
}
