import { type ReactNode, useEffect, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { type CommandGroup, keySign, ROOM_COMMANDS } from "./room-commands.ts";

const GROUPS: readonly CommandGroup[] = ["mouse", "measure", "window", "view", "scroll", "room"];
const GESTURES = ["mouse-left", "mouse-wheel", "mouse-middle", "mouse-right", "touch-one", "touch-two"] as const;

/** Every key and mouse button of the room on one card. */
export function KeyCard({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { text } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      className="key-card"
      ref={dialog}
      aria-label={text("ct.keys")}
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === "?") dialog.current?.close();
      }}
    >
      <header>
        <h1>{text("ct.keys")}</h1>
        <button type="button" className="room-button" onClick={() => dialog.current?.close()}>
          {text("common.close")}
        </button>
      </header>
      <div className="key-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h2>{text(`ct.group-${group}`)}</h2>
            <dl>
              {ROOM_COMMANDS.filter((command) => command.group === group).map((command) => (
                <div key={command.name}>
                  <dt>
                    {command.keys.map((key) => (
                      <kbd key={key}>{keySign(key)}</kbd>
                    ))}
                  </dt>
                  <dd>{text(command.label)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h2>{text("ct.mouse")}</h2>
          <dl>
            {GESTURES.map((gesture) => (
              <div key={gesture}>
                <dt>{text(`ct.${gesture}`)}</dt>
                <dd>{text(`ct.${gesture}-does`)}</dd>
              </div>
            ))}
          </dl>
          <p>{text("ct.mark-rule")}</p>
        </section>
      </div>
    </dialog>
  );
}
