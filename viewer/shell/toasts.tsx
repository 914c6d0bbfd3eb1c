import { useEffect } from "react";
import { useNavigate } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { createStore, useStore } from "./create-store.ts";
import { Icon } from "./icon.tsx";
import styles from "./shell.module.css";

export interface Toast {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Where a click goes. */
  readonly to: string;
  readonly onOpen?: () => void;
}

const SHOWN_MS = 10_000;
const AT_ONCE = 3;
const toasts = createStore<readonly Toast[]>([]);

export function showToast(toast: Toast): void {
  toasts.set([...toasts.get().filter((one) => one.id !== toast.id), toast].slice(-AT_ONCE));
}

function dismiss(id: string): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const { text } = useText();
  const navigate = useNavigate();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast.id]);
  return (
    <div className={styles.toast}>
      <div>
        <strong>{toast.title}</strong>
        <span>{toast.note}</span>
      </div>
      <button
        type="button"
        className={styles["text-button"]}
        onClick={() => {
          dismiss(toast.id);
          toast.onOpen?.();
          void navigate(toast.to);
        }}
      >
        {text("notice.open")}
      </button>
      <button
        type="button"
        className={styles["icon-button"]}
        aria-label={text("common.close")}
        onClick={() => dismiss(toast.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** News in the lower left corner, away from what drawers and forms have on the right, which goes away by itself; the bell keeps it. */
export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}
