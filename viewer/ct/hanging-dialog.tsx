import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { NamedProtocol } from "../../core/reading/hanging/choose-protocol.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";

interface HangingDialogProps {
  readonly own: readonly NamedProtocol[];
  readonly onSave: (name: string) => Promise<void>;
  readonly onRemove: (id: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Names how the room stands now; below, the reader's own protocols, to write over or to delete. */
export function HangingDialog({ own, onSave, onRemove, onClose }: HangingDialogProps): ReactNode {
  const { text, language } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const title = useId();
  const [name, setName] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.focus();
  }, []);
  const ask = async (work: () => Promise<void>): Promise<boolean> => {
    setPending(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (reason) {
      setProblem(reason);
      return false;
    } finally {
      setPending(false);
    }
  };
  const trimmed = name.trim();
  const replaces = own.some(({ protocol }) => protocol.name.zh === trimmed);
  return (
    <dialog
      className="room-dialog"
      ref={dialog}
      aria-labelledby={title}
      onClose={onClose}
      // the room's keys must not hear what is typed here
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed === "" || pending) return;
          void ask(() => onSave(trimmed)).then((saved) => saved && dialog.current?.close());
        }}
      >
        <h1 id={title}>{text("ct.hanging-keep")}</h1>
        <p>{text("ct.hanging-keep-note")}</p>
        <label>
          {text("ct.hanging-name")}
          <input ref={field} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
        </label>
        {own.length > 0 && (
          <ul aria-label={text("ct.hanging-own-list")}>
            {own.map(({ id, protocol }) => (
              <li key={id}>
                <button type="button" className="room-link" onClick={() => setName(protocol.name.zh)}>
                  {protocol.name[language]}
                </button>
                <button
                  type="button"
                  className="room-button"
                  disabled={pending}
                  onClick={() => void ask(() => onRemove(id))}
                >
                  {text("ct.hanging-delete")}
                </button>
              </li>
            ))}
          </ul>
        )}
        {problem !== null && <p role="alert">{problemText(problem, text)}</p>}
        <footer>
          <button type="button" className="room-button" onClick={() => dialog.current?.close()}>
            {text("common.cancel")}
          </button>
          <button type="submit" className="room-button primary" disabled={trimmed === "" || pending}>
            {text(replaces ? "ct.hanging-replace" : "common.save")}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
