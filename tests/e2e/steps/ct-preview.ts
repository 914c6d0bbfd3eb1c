import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { District } from "../support/district.ts";
import { expectPixels } from "../support/expect-pixels.ts";
import { readCt } from "../support/phantom-study.ts";
import { words } from "../support/words.ts";

const MEDIASTINUM = { center: 40, width: 400 };

/**
 * Out of the reading bundle: the whole series can be scrolled before it is here, says that it is a preview, is not measured,
 * and becomes the file's own pixels in place.
 */
export async function ctPreview(district: District): Promise<void> {
  const { page } = district.person("radiologist");
  const [{ seriesInstanceUid = "", studyInstanceUid = "" } = {}] = district.ct;
  const bundle = `/dicom-web/studies/${studyInstanceUid}/series/${seriesInstanceUid}/bundle`;
  await expect.poll(async () => (await page.request.get(`${bundle}/preview`)).status(), { timeout: 60_000 }).toBe(200);

  // what comes behind the beginnings is held back
  const held = Promise.withResolvers<void>();
  await page.route(/\/bundle$/, async (route) => {
    await held.promise;
    await route.continue().catch(() => undefined); // given up meanwhile
  });
  await page.reload();
  const viewport = page.getByTestId("viewport-0");
  const at = (state: string, slice: number) =>
    viewport.and(page.locator(`[data-state="${state}"][data-slice="${slice}"]`)).waitFor();
  const mark = page.getByText(words("ct.preview"), { exact: true });
  await at("shown", 1);
  await expect.poll(() => marks(page)).toEqual(["reading:first-image", "reading:preview-complete"]);
  expect(await mark.count()).toBe(0);

  await viewport.hover();
  await page.keyboard.press("End");
  await at("preview", district.ct.length);
  await mark.waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  const box = await viewport.boundingBox();
  if (box === null) throw new Error("no viewport");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y);
  await page.mouse.move(x + 60, y);
  await page.mouse.up();
  await expect.poll(() => viewport.getAttribute("data-length")).toBe(words("ct.preview-unmeasured"));

  held.resolve();
  await at("shown", district.ct.length);
  await mark.waitFor({ state: "detached" });
  await expect.poll(() => viewport.getAttribute("data-length")).toMatch(/^\d+\.\d mm$/);
  await expect.poll(() => marks(page)).toContain("reading:lossless-complete");
  await page.keyboard.press("2");
  await page.getByText(words("ct.preset-mediastinum"), { exact: true }).waitFor();
  await page.keyboard.press("Home");
  // away from all marks, to one that has come out of the bundle, too
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await at("shown", 3);
  await expectPixels(viewport, readCt(district.ct[2]?.bytes ?? Buffer.alloc(0)), MEDIASTINUM);
  await page.unroute(/\/bundle$/);
}

function marks(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType("mark")
      .map(({ name }) => name)
      .filter((name) => name.startsWith("reading:")),
  );
}
