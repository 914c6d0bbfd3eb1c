import { WINDOW_PRESETS, type WindowPreset } from "../../core/image/window-level.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import type { ToolName } from "./tool-name.ts";

export type ViewCommand =
  | "invert"
  | "fit"
  | "one-to-one"
  | "rotate"
  | "flip"
  | "reset"
  | "clear"
  | "remove-mark"
  | "preset-file";
export type ScrollCommand =
  | "next-slice"
  | "previous-slice"
  | "next-ten"
  | "previous-ten"
  | "first-slice"
  | "last-slice";
export type MarkCommand = "undo" | "redo" | "finding-to-report" | "hide-others";
export type RoomCommandName =
  | "next-series"
  | "previous-series"
  | "next-viewport"
  | "layout"
  | "link"
  | "fullscreen"
  | "aside"
  | "keys";
export type PresetCommand = `preset-${WindowPreset["name"]}`;
export type CommandName = ToolName | ViewCommand | MarkCommand | ScrollCommand | RoomCommandName | PresetCommand;

export type CommandGroup = "mouse" | "measure" | "window" | "view" | "scroll" | "room";

export interface RoomCommand {
  readonly name: CommandName;
  readonly group: CommandGroup;
  readonly label: TextKey;
  /** As in KeyboardEvent.key, letters small; `Shift+`, `Ctrl+` before what needs it, with capitals then. */
  readonly keys: readonly string[];
}

/** Everything the room can be told to do, with its keys: the toolbar, the key card and the keyboard read this one table. */
export const ROOM_COMMANDS: readonly RoomCommand[] = [
  { name: "window", group: "mouse", label: "ct.command-window", keys: ["w"] },
  { name: "pan", group: "mouse", label: "ct.command-pan", keys: ["p"] },
  { name: "zoom", group: "mouse", label: "ct.command-zoom", keys: ["z"] },
  { name: "scroll", group: "mouse", label: "ct.command-scroll", keys: ["s"] },
  { name: "length", group: "measure", label: "ct.command-length", keys: ["l"] },
  { name: "ellipse", group: "measure", label: "ct.command-ellipse", keys: ["e"] },
  { name: "rectangle", group: "measure", label: "ct.command-rectangle", keys: ["a"] },
  { name: "probe", group: "measure", label: "ct.command-probe", keys: ["h"] },
  { name: "erase", group: "measure", label: "ct.command-erase", keys: ["x"] },
  { name: "remove-mark", group: "measure", label: "ct.command-remove-mark", keys: ["Delete"] },
  { name: "clear", group: "measure", label: "ct.command-clear", keys: ["Shift+X"] },
  { name: "undo", group: "measure", label: "ct.command-undo", keys: ["Ctrl+Z"] },
  { name: "redo", group: "measure", label: "ct.command-redo", keys: ["Ctrl+Y", "Ctrl+Shift+Z"] },
  { name: "finding-to-report", group: "measure", label: "ct.command-finding-to-report", keys: ["j"] },
  { name: "hide-others", group: "measure", label: "ct.command-hide-others", keys: ["o"] },
  ...WINDOW_PRESETS.map(
    ({ name, key }): RoomCommand => ({
      name: `preset-${name}`,
      group: "window",
      label: `ct.preset-${name}`,
      keys: [key],
    }),
  ),
  { name: "preset-file", group: "window", label: "ct.command-preset-file", keys: ["0", "r"] },
  { name: "invert", group: "view", label: "ct.command-invert", keys: ["i"] },
  { name: "fit", group: "view", label: "ct.command-fit", keys: ["f"] },
  { name: "one-to-one", group: "view", label: "ct.command-one-to-one", keys: ["g"] },
  { name: "rotate", group: "view", label: "ct.command-rotate", keys: ["t"] },
  { name: "flip", group: "view", label: "ct.command-flip", keys: ["m"] },
  { name: "reset", group: "view", label: "ct.command-reset", keys: ["Shift+R"] },
  { name: "next-slice", group: "scroll", label: "ct.command-next-slice", keys: ["ArrowDown"] },
  { name: "previous-slice", group: "scroll", label: "ct.command-previous-slice", keys: ["ArrowUp"] },
  { name: "next-ten", group: "scroll", label: "ct.command-next-ten", keys: ["PageDown"] },
  { name: "previous-ten", group: "scroll", label: "ct.command-previous-ten", keys: ["PageUp"] },
  { name: "first-slice", group: "scroll", label: "ct.command-first-slice", keys: ["Home"] },
  { name: "last-slice", group: "scroll", label: "ct.command-last-slice", keys: ["End"] },
  { name: "next-series", group: "scroll", label: "ct.command-next-series", keys: ["ArrowRight"] },
  { name: "previous-series", group: "scroll", label: "ct.command-previous-series", keys: ["ArrowLeft"] },
  { name: "next-viewport", group: "room", label: "ct.command-next-viewport", keys: ["n"] },
  { name: "layout", group: "room", label: "ct.command-layout", keys: ["v"] },
  { name: "link", group: "room", label: "ct.command-link", keys: ["k"] },
  { name: "fullscreen", group: "room", label: "ct.command-fullscreen", keys: ["u"] },
  { name: "aside", group: "room", label: "ct.command-aside", keys: ["\\"] },
  { name: "keys", group: "room", label: "ct.command-keys", keys: ["?"] },
];

export function commandOf(name: CommandName): RoomCommand | undefined {
  return ROOM_COMMANDS.find((command) => command.name === name);
}

/** The command of a key press, if it is one. */
export function commandOfKey(key: string, shift: boolean, control = false): RoomCommand | undefined {
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const shifted = shift && /^[a-z]$/.test(letter) ? `Shift+${letter.toUpperCase()}` : letter;
  const pressed = control ? `Ctrl+${shift ? shifted : letter.toUpperCase()}` : shifted;
  return ROOM_COMMANDS.find(({ keys }) => keys.includes(pressed));
}

const KEY_SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Delete: "Del",
};

/** A key as it stands on the keyboard. */
export function keySign(key: string): string {
  return KEY_SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key.replaceAll("+", " + "));
}
