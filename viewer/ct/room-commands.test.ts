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
])("%s, shift %s -> %s", (key, shift, name) => {
  expect(commandOfKey(key, shift)?.name).toBe(name);
});

it("writes keys as they stand on the keyboard", () => {
  expect(["w", "Shift+R", "ArrowUp", "PageDown"].map(keySign)).toEqual(["W", "Shift + R", "↑", "PgDn"]);
});
