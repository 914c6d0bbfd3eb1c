import { expect, it } from "vitest";
import { commandOfKey, keySign, ROOM_COMMANDS } from "./room-commands.ts";

it("gives no key to two commands", () => {
  const keys = ROOM_COMMANDS.flatMap((command) => command.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

it.each([
  ["w", false, "window"],
  ["W", false, "window"], // Caps Lock
  ["R", true, "reset"],
  ["r", false, "preset-file"],
  ["0", false, "preset-file"],
  ["4", false, "preset-brain"],
  ["?", true, "keys"],
  ["\\", false, "aside"],
  ["PageDown", false, "next-ten"],
  ["q", false, undefined],
  ["z", false, "undo", true],
  ["Z", true, "redo", true],
  ["y", false, "redo", true],
  ["w", false, undefined, true],
  ["R", true, undefined, true],
])("%s, shift %s -> %s", (key, shift, name, control = false) => {
  expect(commandOfKey(key, shift, control)?.name).toBe(name);
});

it("writes keys as they stand on the keyboard", () => {
  expect(["w", "Shift+R", "Ctrl+Shift+Z", "ArrowUp", "PageDown"].map(keySign)).toEqual([
    "W",
    "Shift + R",
    "Ctrl + Shift + Z",
    "↑",
    "PgDn",
  ]);
});
