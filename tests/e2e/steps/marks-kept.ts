import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Answer } from "../../../core/api/payloads.ts";
import { DEMO_ACCOUNTS } from "../../../core/demo/demo-district.ts";
import type { District } from "../support/district.ts";
import { words } from "../support/words.ts";
import { reportFields } from "./report-written.ts";

const READER = DEMO_ACCOUNTS.find(({ username }) => username === "radiologist")?.displayName ?? "";

const list = (page: Page) => page.getByRole("region", { name: words("ct.findings"), exact: true });
const row = (page: Page, kind: "length" | "ellipse" | "probe") =>
  list(page)
    .getByRole("listitem")
    .filter({ hasText: words(`ct.finding-${kind}`) });

async function onHub(district: District): Promise<Answer<"listMarks">["marks"]> {
  const answer = await district.person("radiologist").context.request.get(`/api/studies/${district.ctUid}/marks`);
  return ((await answer.json()) as Answer<"listMarks">).marks;
}

/** Length and ellipse of the step before: at the hub, at the next opening, at the other reader's, and in the report. */
export async function marksKept(district: District): Promise<void> {
  const first = district.person("radiologist").page;
  const measured = await first.getByTestId("viewport-0").getAttribute("data-length");
  expect(measured).toMatch(/^\d+\.\d mm$/);
  await expect.poll(async () => (await onHub(district)).map(({ kind }) => kind)).toEqual(["length", "ellipse"]);

  const { page } = await district.reopen("radiologist", `/reading/${district.ctUid}`);
  const viewport = page.getByTestId("viewport-0");
  await viewport.and(page.locator('[data-state="shown"][data-slice="1"]')).waitFor();
  expect(await viewport.getAttribute("data-length")).toBe("");
  await row(page, "length").getByRole("button").first().click();
  await viewport.and(page.locator('[data-state="shown"][data-slice="2"]')).waitFor();
  await expect.poll(() => viewport.getAttribute("data-length")).toBe(measured);
  expect(await row(page, "length").textContent()).toContain(measured ?? "no value");

  await takenBack(page, viewport, district);
  await seenByAnother(district, page, measured ?? "");
  await intoTheReport(page, measured ?? "");
  await withoutLine(district);
}

/** Deleted from the list, and taken back by the keyboard. */
async function takenBack(page: Page, viewport: Locator, district: District): Promise<void> {
  await row(page, "ellipse")
    .getByRole("button", { name: words("ct.finding-remove") })
    .click();
  await expect.poll(() => viewport.getAttribute("data-ellipse")).toBe("");
  await expect.poll(async () => (await onHub(district)).length).toBe(1);
  await page.keyboard.press("Control+z");
  await expect.poll(() => viewport.getAttribute("data-ellipse")).toMatch(/HU/);
  await expect.poll(async () => (await onHub(district)).length).toBe(2);
}

/** In another colour, with the reader's name, not to be moved, as they change; hidden by a switch. */
async function seenByAnother(district: District, reader: Page, measured: string): Promise<void> {
  const page = await district.person("reviewer").context.newPage();
  await page.goto(`/reading/${district.ctUid}`);
  const viewport = page.getByTestId("viewport-0");
  const length = row(page, "length");
  await length.waitFor();
  expect(await length.textContent()).toContain(READER);
  expect(await length.getByRole("button", { name: words("ct.finding-remove") }).count()).toBe(0);
  await length.getByRole("button").first().click();
  await expect.poll(() => viewport.getAttribute("data-shown-length")).toBe(`1 ${READER}\n${measured}`);
  expect(await viewport.getAttribute("data-length")).toBe("");
  await row(reader, "ellipse")
    .getByRole("button", { name: words("ct.finding-remove") })
    .click();
  await row(page, "ellipse").waitFor({ state: "detached" }); // by itself
  await reader.keyboard.press("Control+z");
  await row(page, "ellipse").waitFor();
  await list(page)
    .getByRole("checkbox", { name: words("ct.hide-others") })
    .check();
  await expect.poll(() => viewport.getAttribute("data-shown-length")).toBe("");
  await page.close();
}

/** At the cursor, by the key, while the image has the keyboard. */
async function intoTheReport(page: Page, measured: string): Promise<void> {
  const { findings } = reportFields(page);
  await findings.fill("插件间距，合格。");
  for (let left = 0; left < 4; left++) await findings.press("ArrowLeft"); // before 合格 and its comma
  await row(page, "length").getByRole("button").first().click();
  await page.keyboard.press("j");
  await expect
    .poll(() => findings.inputValue())
    .toMatch(new RegExp(`^插件间距${words("ct.finding-length")} ${measured}（.*第 2 层），合格。$`));
}

/** Drawn while the line is down: told, kept, and at the hub once it is back. */
async function withoutLine(district: District): Promise<void> {
  const { page, context } = district.person("radiologist");
  await context.setOffline(true);
  await page.keyboard.press("h");
  const box = await page.getByTestId("viewport-0").boundingBox();
  if (box === null) throw new Error("no viewport");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await row(page, "probe").waitFor();
  await list(page)
    .getByRole("status")
    .filter({ hasText: words("ct.marks-unreachable") })
    .waitFor();
  await district.reopen("radiologist", "about:blank");
  await context.setOffline(false);
  const { page: again } = await district.reopen("radiologist", `/reading/${district.ctUid}`);
  await row(again, "probe").waitFor();
  await expect
    .poll(async () => (await onHub(district)).map(({ kind }) => kind))
    .toEqual(["length", "ellipse", "probe"]);
}
