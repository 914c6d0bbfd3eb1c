import { useQueryClient } from "@tanstack/react-query";
import type { Session } from "../../core/api/payloads/session-payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { PlainDialog } from "./plain-dialog.tsx";
import { signalSignedInAgain, useSessionLost } from "./session-lost.ts";
import styles from "./shell.module.css";
import { SignInForm } from "./sign-in-form.tsx";
import { SESSION_KEY } from "./use-session.ts";

/** Over whatever page the session was lost on: it stays with all that was typed, and goes on after the sign-in. */
export function SignInDialog() {
  const { text } = useText();
  const client = useQueryClient();
  const session = client.getQueryData<Session>(SESSION_KEY);
  const lost = useSessionLost();
  if (!lost || session === undefined) return null;
  return (
    <PlainDialog title={text("sign-in.again")}>
      <p>{text("sign-in.again-why")}</p>
      <SignInForm
        username={session.account.username}
        onSignedIn={(signedIn) => {
          client.setQueryData(SESSION_KEY, signedIn);
          signalSignedInAgain();
          void client.invalidateQueries();
        }}
      />
      <p className={styles.hint}>
        {/* another person begins on an empty page */}
        <a href="/sign-in">{text("sign-in.other")}</a>
      </p>
    </PlainDialog>
  );
}
