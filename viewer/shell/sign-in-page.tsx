import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";
import { safeReturn } from "./safe-return.ts";
import { signalSignedInAgain } from "./session-lost.ts";
import styles from "./shell.module.css";
import { SignInForm } from "./sign-in-form.tsx";
import { SESSION_KEY, useSession } from "./use-session.ts";

export function SignInPage() {
  const { text } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const session = useSession();
  const back = safeReturn(search.get("to"));
  useEffect(() => {
    document.title = `${text("sign-in.title")} · ${text("common.hub")}`;
  }, [text]);
  if (session.data !== undefined && session.error === null) return <Navigate to={back} replace />;
  return (
    <div className={styles["sign-in-page"]}>
      <div className={styles["sign-in-language"]}>
        <LanguageSwitch />
      </div>
      <main className={styles["sign-in-card"]}>
        <div className={styles.brand}>
          <Mark size={36} />
          <div>
            <h1>{text("common.hub")}</h1>
            <p>{text("sign-in.tagline")}</p>
          </div>
        </div>
        <SignInForm
          username=""
          onSignedIn={(signedIn) => {
            client.clear();
            client.setQueryData(SESSION_KEY, signedIn);
            signalSignedInAgain();
            void navigate(back, { replace: true });
          }}
        />
        <p className={styles.hint}>{text("sign-in.help")}</p>
      </main>
    </div>
  );
}
