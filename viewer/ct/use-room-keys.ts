import { useEffect, useEffectEvent } from "react";
import { type CommandName, commandOfKey } from "./room-commands.ts";

/** Keys of the room, everywhere on the page but where someone writes or a dialog is open. */
export function useRoomKeys(run: (name: CommandName) => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (takesKeys(event.target, event.key) || document.querySelector("dialog[open]")) return;
    const command = commandOfKey(event.key, event.shiftKey, event.ctrlKey || event.metaKey);
    if (!command) return;
    event.preventDefault();
    run(command.name);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

/** Fields take every key; sliders, menus and lists with their own keys take the arrows. */
function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]')) return true;
  const moves = /^(Arrow|Page|Home|End)/.test(key);
  return moves && target.closest('[role="slider"], hr, [role="menu"], [role="listbox"]') !== null;
}
