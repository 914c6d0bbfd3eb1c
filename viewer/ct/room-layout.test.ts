import { expect, it } from "vitest";
import { layoutSize, nextLayout, ROOM_LAYOUTS, roomLayout, viewportCount } from "./room-layout.ts";

it("has every layout of 1 to 3 rows and columns once, and names it by them", () => {
  const sizes = [1, 2, 3].flatMap((rows) => [1, 2, 3].map((columns) => ({ rows, columns })));
  expect(sizes.map(roomLayout)).toEqual(ROOM_LAYOUTS);
  expect(ROOM_LAYOUTS.map(layoutSize)).toEqual(sizes);
  expect(ROOM_LAYOUTS.map(viewportCount)).toEqual([1, 2, 3, 2, 4, 6, 3, 6, 9]);
});

it("goes round the four common ones by key, and comes back from any other", () => {
  expect(nextLayout("1x1")).toBe("1x2");
  expect(nextLayout("2x2")).toBe("1x1");
  expect(nextLayout("3x3")).toBe("1x1");
});
