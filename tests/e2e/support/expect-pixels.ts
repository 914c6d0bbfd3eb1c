import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { canvasPixels } from "./canvas-pixels.ts";
import { type CtFile, linearWindow, SLICE_BLOCK } from "./phantom-study.ts";

/** Where the image's pixel (0, 0) lies on the canvas at 1:1: the image stands in the middle, on whole pixels. */
export async function imageCorner(viewport: Locator, file: CtFile) {
  const pixels = await canvasPixels(viewport.locator("canvas"));
  return {
    pixels,
    x: Math.round(pixels.width / 2 - file.columns / 2),
    y: Math.round(pixels.height / 2 - file.rows / 2),
  };
}

/**
 * Every seventh pixel in both directions (5329 of 512²), and all of a row through the block that only this slice has.
 * What is drawn must be the whole number nearest to the formula's value.
 */
export async function expectPixels(viewport: Locator, file: CtFile, window: { center: number; width: number }) {
  const { pixels, x: left, y: top } = await imageCorner(viewport, file);
  const wrong: string[] = [];
  const grey = new Set<number>();
  const look = (column: number, row: number) => {
    const exact = linearWindow(file.hu(column, row), window.center, window.width);
    const [r, g, b] = pixels.rgb(left + column, top + row);
    grey.add(r);
    if (r !== g || g !== b || Math.abs(r - exact) > 0.5)
      wrong.push(`(${column}, ${row}): ${r} ${g} ${b} for ${exact.toFixed(3)}`);
  };
  for (let row = 0; row < file.rows; row += 7)
    for (let column = 0; column < file.columns; column += 7) look(column, row);
  for (let column = 0; column < SLICE_BLOCK.to + 8; column++) look(column, SLICE_BLOCK.from + 5);
  expect(wrong).toEqual([]);
  expect(grey.size, "a picture with several greys").toBeGreaterThan(4);
}
