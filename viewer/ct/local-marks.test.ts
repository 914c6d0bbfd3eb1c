import { expect, it } from "vitest";
import type { ReadingMark } from "../../core/reading/reading-mark.ts";
import { localMarks, parseLocalMark } from "./local-marks.ts";

/** The browser's, as far as it is used. */
function storage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

const MARK: ReadingMark = {
  id: "a",
  sopInstanceUid: "1.2",
  frameNumber: 3,
  kind: "ellipse",
  points: [
    [1.5, 2],
    [3, 4.25],
  ],
  label: "",
  number: 2,
  deleted: false,
  revision: 5,
};

it("gives back what was kept, to the account and the task it is of", () => {
  const here = storage();
  const [me, other] = [localMarks(here, "me"), localMarks(here, "other")];
  expect(me.write("t", MARK)).toBe(true);
  me.write("t", { ...MARK, id: "b", deleted: true });
  other.write("t", { ...MARK, id: "c" });
  expect(me.read("t")).toEqual([MARK, { ...MARK, id: "b", deleted: true }]);
  expect(me.read("t2")).toEqual([]);
  me.forget("t", "a");
  expect(me.read("t").map(({ id }) => id)).toEqual(["b"]);
  expect(other.read("t")).toHaveLength(1);
});

it("says when the browser keeps nothing", () => {
  const full = {
    ...storage(),
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(localMarks(full, "me").write("t", MARK)).toBe(false);
});

it.each([null, "", "{", "null", "[]", JSON.stringify({ ...MARK, kind: "spiral" }), JSON.stringify({ id: "a" })])(
  "passes over what is no mark: %s",
  (stored) => {
    expect(parseLocalMark(stored)).toBeNull();
  },
);
