import { describe, expect, it } from "vitest";
import { type Picture, scaled } from "./picture.ts";

const grey = (columns: number, values: readonly number[]): Picture => ({
  rows: values.length / columns,
  columns,
  components: 1,
  pixels: Uint8Array.from(values),
});
const whole = ({ rows, columns }: Picture) => ({ left: 0, top: 0, rows, columns });

describe("scaling a picture", () => {
  it("is the picture itself in its own size", () => {
    const picture = grey(2, [1, 2, 3, 4]);
    expect(scaled(picture, { region: whole(picture), rows: 2, columns: 2 })).toBe(picture);
  });

  it("shrinks to the means of the areas", () => {
    const picture = grey(4, [0, 20, 100, 200, 40, 60, 100, 200]);
    // (0 + 20 + 40 + 60) / 4 and (100 + 200 + 100 + 200) / 4
    expect([...scaled(picture, { region: whole(picture), rows: 1, columns: 2 }).pixels]).toEqual([30, 150]);
  });

  it("shrinks by what is no whole number", () => {
    const picture = grey(3, [0, 90, 240]);
    // the first covers 0 and half of 90: (0 + 45) / 1.5; the second half of 90 and 240: (45 + 240) / 1.5
    expect([...scaled(picture, { region: whole(picture), rows: 1, columns: 2 }).pixels]).toEqual([30, 190]);
  });

  it("grows between the neighbours and holds at the edge", () => {
    const picture = grey(2, [0, 100]);
    // centres at 0.25, 0.75, 1.25, 1.75 of old pixels whose centres are 0.5 and 1.5
    expect([...scaled(picture, { region: whole(picture), rows: 1, columns: 4 }).pixels]).toEqual([0, 25, 75, 100]);
  });

  it("takes a region, in colour", () => {
    const picture: Picture = {
      rows: 1,
      columns: 3,
      components: 3,
      pixels: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    };
    const region = { left: 1, top: 0, rows: 1, columns: 2 };
    expect([...scaled(picture, { region, rows: 1, columns: 2 }).pixels]).toEqual([4, 5, 6, 7, 8, 9]);
  });
});
