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

it("gives a preview to draw, never for the frame itself, and gives way to the whole", () => {
  const store = new FrameStore(1000);
  const frame = frameForTests("a0");
  const keep = () => new Set<string>();
  store.put("a0", { ...imageForTests(frame), reduction: 2, sizeInBytes: 20 }, keep);
  expect([store.get("a0"), store.drawable("a0")?.reduction, store.previewBytes]).toEqual([undefined, 2, 20]);
  store.put("a0", imageForTests(frame), keep);
  expect([store.get("a0")?.reduction, store.drawable("a0")?.reduction]).toEqual([0, 0]);
});

it("drops whole frames before previews, so that a dropped frame can still be drawn", () => {
  const store = new FrameStore(450);
  const keep = () => new Set<string>();
  for (const key of ["a0", "a1", "a2"])
    store.put(key, { ...imageForTests(frameForTests(key)), reduction: 2, sizeInBytes: 20 }, keep);
  for (const key of ["a0", "a1", "a2"]) store.put(key, imageForTests(frameForTests(key)), keep);
  // 60 bytes of previews and two frames of 200 are 460: only the last one stays
  expect(["a0", "a1", "a2"].map((key) => store.drawable(key)?.reduction)).toEqual([2, 2, 0]);
});
