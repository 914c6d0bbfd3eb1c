import { expect, it } from "vitest";
import { lruCache } from "./lru-cache.ts";

it("drops what was not used for longest once the weights are too much", () => {
  const cache = lruCache<string, string>(5, (value) => value.length);
  cache.set("a", "aa");
  cache.set("b", "bb");
  expect(cache.get("a")).toBe("aa");
  cache.set("c", "cc"); // 2 + 2 + 2 > 5: b goes, a was used later
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["aa", undefined, "cc"]);
  cache.set("d", "dddddd"); // heavier than all the room
  expect(cache.get("d")).toBeUndefined();
  cache.set("a", "a");
  cache.set("e", "ee"); // 1 + 2 + 2 = 5 fits
  expect([cache.get("a"), cache.get("c"), cache.get("e")]).toEqual(["a", "cc", "ee"]);
});
