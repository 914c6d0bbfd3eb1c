import { type ReactNode, useEffect, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { EcgIcon } from "./ecg-icons.tsx";

/** A modal of the reading room. The browser's own dialog holds the focus and closes on Esc. */
export function EcgDialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { text } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="ecg-dialog" aria-label={props.title} onCancel={props.onClose}>
      <header>
        <h2>{props.title}</h2>
        <button type="button" className="ecg-tool" aria-label={text("common.close")} onClick={props.onClose}>
          <EcgIcon name="close" />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
