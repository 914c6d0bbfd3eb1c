import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { CT_PHANTOM } from "../../../core/demo/phantom-anatomy.ts";
import type { District } from "../support/district.ts";
import { expectPixels, imageCorner } from "../support/expect-pixels.ts";
import { type CtFile, readCt } from "../support/phantom-study.ts";
import { words } from "../support/words.ts";

const WINDOWS = [
  { key: "1", name: "lung", center: -600, width: 1500 },
  { key: "2", name: "mediastinum", center: 40, width: 400 },
  { key: "3", name: "bone", center: 400, width: 1800 },
] as const;

/** Thumbnails, scrolling, windows; then the truth of pixels, millimetres and HU, each against the file's own bytes. */
export async function ctRoom(district: District): Promise<void> {
  const { page } = district.person("radiologist");
  const viewport = page.getByTestId("viewport-0");
  const slice = () => viewport.getAttribute("data-slice");
  await viewport.and(page.locator('[data-state="shown"]')).waitFor();
  expect(
    await page
      .getByRole("navigation", { name: words("ct.series-list") })
      .getByRole("button")
      .count(),
  ).toBe(1);
  expect(await viewport.getAttribute("data-slices")).toBe(String(district.ct.length));

  await viewport.hover();
  await page.mouse.wheel(0, 100);
  await expect.poll(slice).toBe("2");
  for (const [key, at] of [
    ["ArrowDown", "3"],
    ["End", "9"],
    ["PageUp", "1"],
    ["PageDown", "9"],
    ["Home", "1"],
    ["ArrowDown", "2"],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(slice, { message: key }).toBe(at);
  }

  await page.keyboard.press("g");
  await page.getByText(words("ct.zoom-percent", { percent: 100 })).waitFor();
  const file = await shownFile(district, viewport);
  for (const window of WINDOWS) {
    await page.keyboard.press(window.key);
    await page.getByText(words(`ct.preset-${window.name}`), { exact: true }).waitFor();
    await expectPixels(viewport, file, window);
  }
  await measureLength(page, viewport, file);
  await measureRoi(page, viewport, file);
}

async function shownFile({ ct }: District, viewport: Locator): Promise<CtFile> {
  const uid = await viewport.getAttribute("data-sop-instance-uid");
  const index = ct.findIndex(({ sopInstanceUid }) => sopInstanceUid === uid);
  expect(index, "the second slice is the second file").toBe(1);
  return readCt(ct[index]?.bytes ?? Buffer.alloc(0));
}

/** A point of the phantom, in mm from its middle, on the page. */
async function placeOnPage(viewport: Locator, file: CtFile) {
  const { x: left, y: top } = await imageCorner(viewport, file);
  const box = await viewport.locator("canvas").boundingBox();
  if (box === null) throw new Error("no canvas");
  // middle of the phantom = middle of the image, a corner between four pixels
  return (xMm: number, yMm: number) => ({
    x: box.x + left + file.columns / 2 + xMm / file.spacingMm,
    y: box.y + top + file.rows / 2 + yMm / file.spacingMm,
  });
}

type Point = { readonly x: number; readonly y: number };

async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

/** From pin to pin: the middles of the pins are 80 mm apart. */
async function measureLength(page: Page, viewport: Locator, file: CtFile): Promise<void> {
  const [first, second] = CT_PHANTOM.pins;
  const place = await placeOnPage(viewport, file);
  await page.keyboard.press("l");
  await drag(page, place(first.x, first.y), place(second.x, second.y));
  await expect.poll(() => viewport.getAttribute("data-length")).toMatch(/^\d+\.\d mm$/);
  const mm = Number.parseFloat((await viewport.getAttribute("data-length")) ?? "");
  expect(Math.abs(mm - Math.hypot(second.x - first.x, second.y - first.y))).toBeLessThanOrEqual(file.spacingMm / 2);
}

/** An ellipse over half of the bone insert and the water beside it; the mean by hand over the pixel centres inside. */
async function measureRoi(page: Page, viewport: Locator, file: CtFile): Promise<void> {
  const bone = CT_PHANTOM.inserts[0];
  const [left, top, right, bottom] = [bone.x, bone.y - 8, bone.x + 24, bone.y + 8];
  const place = await placeOnPage(viewport, file);
  await page.keyboard.press("e");
  await drag(page, place(left, top), place(right, bottom));
  await expect.poll(() => viewport.getAttribute("data-ellipse")).toMatch(/HU/);

  const toPixel = (mm: number, size: number) => size / 2 + mm / file.spacingMm;
  const centre = { x: toPixel((left + right) / 2, file.columns), y: toPixel((top + bottom) / 2, file.rows) };
  const half = { x: (right - left) / 2 / file.spacingMm, y: (bottom - top) / 2 / file.spacingMm };
  const inside: number[] = [];
  for (let row = 0; row < file.rows; row++)
    for (let column = 0; column < file.columns; column++)
      if (((column + 0.5 - centre.x) / half.x) ** 2 + ((row + 0.5 - centre.y) / half.y) ** 2 <= 1)
        inside.push(file.hu(column, row));
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  expect(mean, "bone and water, not one of them").toBeGreaterThan(100);
  const sd = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length);
  expect(await viewport.getAttribute("data-ellipse")).toContain(
    `${words("ct.mean-sd", { mean: mean.toFixed(1), sd: sd.toFixed(1) })} HU`,
  );
}
