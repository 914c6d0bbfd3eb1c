import { expect, it } from "vitest";
import { frameForTests, imageForTests } from "./frame-for-tests.ts";
import { FrameStore } from "./frame-store.ts";

it("drops the longest held that is not to be kept when it is over its budget", () => {
  const store = new FrameStore(500); // two frames of 200 bytes fit
  const changed: string[] = [];
  store.subscribe((key) => changed.push(key));
  const put = (key: string): void => store.put(key, imageForTests(frameForTests(key)), () => new Set(["a0"]));
  put("a0");
  put("a1");
  put("a2");
  expect(["a0", "a1", "a2"].map((key) => store.get(key) !== undefined)).toEqual([true, false, true]);
  expect(changed).toEqual(["a0", "a1", "a1", "a2"]);
});
