import type { Page } from "playwright-core";
import { expect } from "vitest";
import { canvasPixels, type Pixels } from "../support/canvas-pixels.ts";
import { pushFolder } from "../support/device.ts";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";

const MAJOR = [0xed, 0xb3, 0xa3] as const;

/** An ECG comes in and onto the list by itself; on the paper the grid, the pulse and the caliper are measured in pixels. */
export async function ecgRoom(district: District): Promise<void> {
  const { page } = await district.at("ecg", "/reading");
  await page.setViewportSize({ width: 1920, height: 1080 }); // room for true size
  await page.getByRole("heading", { name: words("reading.list") }).waitFor();
  expect((await pushFolder(district.hub, "ECG_YANJI", district.ecgFolder)).code).toBe(0);
  const row = page.getByRole("row").filter({ hasText: hanName(district.ecgPatient) });
  await row.getByRole("button", { name: words("reading.action.open") }).click();

  const stage = page.getByTestId("viewport-0");
  await stage.and(page.locator('[data-state="ready"]')).waitFor();
  expect(await stage.getAttribute("data-layout")).toBe("3x4+1");
  expect(await stage.getAttribute("data-speed")).toBe("25");
  expect(await stage.getAttribute("data-gain")).toBe("10");
  await page.getByText(words("report.submit"), { exact: true }).waitFor(); // the report is there: the caliper is in hand

  const pixels = await canvasPixels(stage.locator("canvas"));
  const grid = gridOf(pixels);
  const mm = grid.fiveMm / 5;
  expect(Math.abs(grid.fiveMm - grid.fiveMmDown)).toBeLessThan(0.1); // a millimetre is one in both directions
  expect(mm).toBeCloseTo(96 / 25.4, 1); // true size: CSS has 96 px to 25.4 mm

  // 1 mV stands 10 mm high and 200 ms = 5 mm wide; its foot begins 7 mm from the paper's edge
  const x = (atMm: number) => Math.round(grid.left + atMm * mm);
  const strips = [grid.top + 26 * mm, grid.bottom - 9 * mm] as const; // between the printed head and foot
  const plateau = darkRows(pixels, x(10.5), ...strips);
  const foot = darkRows(pixels, x(7.5), ...strips);
  expect(plateau).toHaveLength(4); // three rows of leads and the rhythm strip
  for (const [index, top] of plateau.entries())
    expect(Math.abs((foot[index] ?? 0) - top - 10 * mm)).toBeLessThanOrEqual(1);
  const sides = pulseSides(pixels, x(7), x(15), ((plateau[3] ?? 0) + (foot[3] ?? 0)) / 2);
  expect(Math.abs((sides[1] ?? 0) - (sides[0] ?? 0) - 5 * mm)).toBeLessThanOrEqual(1);

  await measureRr(page, district, { pixels, mm, baseline: foot[3] ?? 0, from: x(16), to: x(15 + 250) });
}

/** From one R to the next on the rhythm strip, found by their tips; a pixel is 1000 / (25 × 3.78) = 10.6 ms. */
async function measureRr(
  page: Page,
  { ecg }: District,
  strip: { pixels: Pixels; mm: number; baseline: number; from: number; to: number },
): Promise<void> {
  const { mm, baseline } = strip;
  const tips = rTips(strip);
  const { rTimesMs, intervals } = ecg.truth;
  expect(tips).toHaveLength(rTimesMs.length);
  const [first = 0, second = 0] = tips.slice(3, 5);
  const trueMs = (rTimesMs[4] ?? 0) - (rTimesMs[3] ?? 0);
  expect(trueMs).toBeGreaterThan(600);
  expect(intervals.heartRateBpm).toBe(75);

  const box = await page.getByTestId("viewport-0").locator("canvas").boundingBox();
  if (box === null) throw new Error("no canvas");
  const y = box.y + baseline - 3 * mm;
  await page.mouse.move(box.x + first, y);
  await page.mouse.down();
  await page.mouse.move(box.x + (first + second) / 2, y - 5);
  await page.mouse.move(box.x + second, y - 10);
  await page.mouse.up();
  const readout = page.getByTestId("caliper-readout");
  await expect.poll(() => readout.textContent()).toMatch(/\d+ ms/);
  const readMs = Number.parseInt(/(\d+) ms/.exec((await readout.textContent()) ?? "")?.[1] ?? "", 10);
  const pixelMs = 1000 / (25 * mm);
  expect(Math.abs(readMs - trueMs)).toBeLessThanOrEqual(pixelMs);
}

const isDark = (pixels: Pixels, x: number, y: number) => pixels.rgb(x, y).every((value) => value < 110);
const isMajor = (pixels: Pixels, x: number, y: number) => pixels.rgb(x, y).every((value, i) => value === MAJOR[i]);

/** Columns and rows that are 5 mm lines nearly all along; their mean distance, and where the first of them is. */
function gridOf(pixels: Pixels) {
  const across = new Uint32Array(pixels.width);
  const down = new Uint32Array(pixels.height);
  for (let y = 0; y < pixels.height; y++)
    for (let x = 0; x < pixels.width; x++)
      if (isMajor(pixels, x, y)) {
        across[x] = (across[x] ?? 0) + 1;
        down[y] = (down[y] ?? 0) + 1;
      }
  const columns = linesOf(across);
  const rows = linesOf(down);
  const spacing = (lines: readonly number[]) => ((lines.at(-1) ?? 0) - (lines[0] ?? 0)) / (lines.length - 1);
  return {
    left: columns[0] ?? 0,
    top: rows[0] ?? 0,
    bottom: rows.at(-1) ?? 0,
    fiveMm: spacing(columns),
    fiveMmDown: spacing(rows),
  };
}

function linesOf(counts: Uint32Array): number[] {
  const most = Math.max(...counts);
  const lines: number[] = [];
  for (let at = 0; at < counts.length; at++)
    if ((counts[at] ?? 0) > most * 0.6 && (counts[at - 1] ?? 0) <= most * 0.6) lines.push(at);
  return lines;
}

/** Where dark runs begin in a column, from above, one for each strip of at least 20 px distance. */
function darkRows(pixels: Pixels, x: number, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let y = Math.round(from); y < to; y++) if (isDark(pixels, x, y) && y - (rows.at(-1) ?? 0) > 20) rows.push(y);
  return rows;
}

function pulseSides(pixels: Pixels, from: number, to: number, y: number): number[] {
  const sides: number[] = [];
  for (let x = from; x < to; x++) if (isDark(pixels, x, Math.round(y)) && x - (sides.at(-1) ?? 0) > 5) sides.push(x);
  return sides;
}

/** Middle of each tip: columns where the trace reaches nearly as high as anywhere, within 12 mm over the baseline. */
function rTips(strip: { pixels: Pixels; mm: number; baseline: number; from: number; to: number }): number[] {
  const { pixels, mm, baseline, from, to } = strip;
  const heights: number[] = [];
  for (let x = from; x < to; x++) {
    let y = Math.round(baseline - 12 * mm);
    while (y < baseline && !isDark(pixels, x, y)) y++;
    heights.push(baseline - y);
  }
  const highest = Math.max(...heights);
  const tips: number[] = [];
  for (let at = 0; at < heights.length; ) {
    if ((heights[at] ?? 0) < highest * 0.7) {
      at++;
      continue;
    }
    const start = at;
    while ((heights[at] ?? 0) >= highest * 0.7) at++;
    const part = heights.slice(start, at);
    const top = Math.max(...part);
    tips.push(from + start + (part.indexOf(top) + part.lastIndexOf(top)) / 2);
  }
  return tips;
}
