import type { Page } from "playwright-core";
import { expect } from "vitest";
import { PAYLOADS } from "../../../core/api/payloads.ts";
import { SHIPPED_PROTOCOLS } from "../../../core/reading/hanging/shipped-protocols.ts";
import type { District } from "../support/district.ts";
import { words } from "../support/words.ts";

const OWN_NAME = "骨窗双幅";

/** The demo's chest opens in lung and mediastinum, scrolled together; another choice, and one of one's own, are there again. */
export async function hangingKept(district: District): Promise<void> {
  const { context } = district.person("radiologist");
  const page = await context.newPage();
  await page.goto(`/reading/${await demoChest(district)}`);
  await expectHung(page, "1x2", "hub.chest");
  await expectWindow(page, 0, -600, 1500);
  await expectWindow(page, 1, 40, 400);
  const [lung, mediastinum] = [page.getByTestId("viewport-0"), page.getByTestId("viewport-1")];
  const lastOf = async (index: 0 | 1) => page.getByTestId(`viewport-${index}`).getAttribute("data-slices");
  expect(await lung.getAttribute("data-series-instance-uid"), "the thin series, and the 5 mm one").not.toBe(
    await mediastinum.getAttribute("data-series-instance-uid"),
  );
  expect(Number(await lastOf(0))).toBeGreaterThan(Number(await lastOf(1)));

  await lung.click();
  await page.keyboard.press("End");
  await expect.poll(() => mediastinum.getAttribute("data-slice")).toBe(await lastOf(1));
  await page.keyboard.press("k"); // each for itself
  await page.keyboard.press("Home");
  await expect.poll(() => lung.getAttribute("data-slice")).toBe("1");
  expect(await mediastinum.getAttribute("data-slice")).toBe(await lastOf(1));

  await choose(page, "hub.one");
  await expectHung(page, "1x1", "hub.one");
  await page.reload();
  await expectHung(page, "1x1", "hub.one");

  await choose(page, "hub.chest");
  await expectHung(page, "1x2", "hub.chest");
  await page.getByTestId("viewport-1").click();
  await page.keyboard.press("3");
  await expectWindow(page, 1, 400, 1800);
  await page.getByTestId("hanging").click();
  await page.getByRole("menuitem", { name: words("ct.hanging-keep") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(words("ct.hanging-name")).fill(OWN_NAME);
  const kept = answered(page, "PUT");
  await dialog.getByRole("button", { name: words("common.save") }).click();
  await kept;
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await expectWindow(page, 0, -600, 1500);
  await expectWindow(page, 1, 400, 1800);
  await page.getByTestId("hanging").click();
  expect(await page.getByRole("menuitemradio", { name: OWN_NAME }).getAttribute("aria-checked")).toBe("true");
  await page.close();
}

/** The hub stores its demo studies while it serves already; yanji asks for a reading by itself when one is whole. */
async function demoChest(district: District): Promise<string> {
  const { context } = district.person("radiologist");
  let uid = "";
  await expect
    .poll(
      async () => {
        const answer = await context.request.get("/api/reading-tasks?view=open");
        const { tasks } = PAYLOADS.listTasks.answer.parse(await answer.json());
        uid = tasks.find(({ study }) => study.description === "胸部CT平扫")?.study.studyInstanceUid ?? "";
        return uid;
      },
      { timeout: 60_000 },
    )
    .not.toBe("");
  return uid;
}

async function expectHung(page: Page, layout: string, protocolId: string): Promise<void> {
  await page.locator(`.panes[data-layout="${layout}"]`).waitFor();
  await page
    .getByTestId("hanging")
    .and(page.locator(`[data-current="${protocolId}"]`))
    .waitFor();
  await page.getByTestId("viewport-0").and(page.locator('[data-state="shown"]')).waitFor();
}

async function expectWindow(page: Page, index: number, center: number, width: number): Promise<void> {
  const shown = `[data-state="shown"][data-window-center="${center}"][data-window-width="${width}"]`;
  await page.getByTestId(`viewport-${index}`).and(page.locator(shown)).waitFor();
}

async function choose(page: Page, protocolId: string): Promise<void> {
  const name = SHIPPED_PROTOCOLS.find(({ id }) => id === protocolId)?.protocol.name.zh ?? "";
  await page.getByTestId("hanging").click();
  const kept = answered(page, "PUT");
  await page.getByRole("menuitemradio", { name }).click();
  await kept;
}

const answered = (page: Page, method: string) =>
  page.waitForResponse(
    (response) =>
      response.url().includes("/api/hanging/choices/") && response.request().method() === method && response.ok(),
  );
