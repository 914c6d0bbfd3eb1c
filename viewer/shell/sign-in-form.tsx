import { useMutation } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import type { Session } from "../../core/api/payloads/session-payloads.ts";
import { ApiProblem, callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { Icon } from "./icon.tsx";
import styles from "./shell.module.css";

interface SignInFormProps {
  /** Who has to sign in again; empty for anybody. */
  readonly username: string;
  readonly onSignedIn: (session: Session) => void;
}

export function SignInForm({ username: fixed, onSignedIn }: SignInFormProps) {
  const { text } = useText();
  const id = useId();
  const [username, setUsername] = useState(fixed);
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const signIn = useMutation({
    mutationFn: () => callApi("signIn", { body: { username: username.trim(), password } }),
    onSuccess: onSignedIn,
    onError: () => setPassword(""),
  });
  const unreachable = signIn.error instanceof ApiProblem && signIn.error.code === "unreachable";
  return (
    <form
      className={styles["sign-in"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (!signIn.isPending) signIn.mutate();
      }}
    >
      <label htmlFor={`${id}-username`}>{text("sign-in.username")}</label>
      <input
        id={`${id}-username`}
        className={styles.field}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
        readOnly={fixed !== ""}
        ref={fixed === "" ? first : undefined}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <label htmlFor={`${id}-password`}>{text("sign-in.password")}</label>
      <div className={styles.password}>
        <input
          id={`${id}-password`}
          className={styles.field}
          name="password"
          type={shown ? "text" : "password"}
          autoComplete="current-password"
          required
          maxLength={200}
          ref={fixed === "" ? undefined : first}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))}
        />
        <button
          type="button"
          className={styles["icon-button"]}
          aria-label={text(shown ? "sign-in.hide" : "sign-in.show")}
          title={text(shown ? "sign-in.hide" : "sign-in.show")}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? "eye-off" : "eye"} />
        </button>
      </div>
      {capsLock ? <p className={styles.hint}>{text("sign-in.caps")}</p> : null}
      {signIn.error === null ? null : (
        <p className={styles.problem} role="alert">
          <Icon name="warning" />
          <span>{unreachable ? text("sign-in.unreachable") : problemText(signIn.error, text)}</span>
        </p>
      )}
      <button type="submit" className={styles.primary} disabled={signIn.isPending}>
        {text(signIn.isPending ? "sign-in.working" : "sign-in.submit")}
      </button>
    </form>
  );
}
