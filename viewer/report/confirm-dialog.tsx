import { type ReactNode, useEffect, useId, useRef } from "react";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  /** Not yet: something has to be filled in first. */
  readonly disabled?: boolean;
  readonly pending: boolean;
  readonly problem: unknown;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** A question before a step that others see. Enter in the dialog is yes, Esc is no. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { text } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("textarea, [type=submit]")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="report-dialog"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onCancel();
      }}
      // keys of the room behind must not hear what is typed here
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (props.disabled !== true && !props.pending) props.onConfirm();
        }}
      >
        <h2 id={title}>{props.title}</h2>
        {props.children}
        {props.problem !== null && (
          <p className="report-warning" role="alert">
            {problemText(props.problem, text)}
          </p>
        )}
        <footer>
          <button type="button" className="report-button" onClick={props.onCancel}>
            {text("common.cancel")}
          </button>
          <button type="submit" className="report-button primary" disabled={props.disabled === true || props.pending}>
            {props.pending ? text("report.working") : props.confirm}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
