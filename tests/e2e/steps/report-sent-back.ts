import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";
import { reportFields, SAVED, saveLine } from "./report-written.ts";

const REASON = "请补充测距结果";
const ADDED = "针距 80.0 mm，误差在半个像素以内。";

async function submitReport(page: Page): Promise<void> {
  const submit = { name: words("report.submit"), exact: true } as const;
  await page.getByRole("button", submit).click();
  await page.getByRole("dialog").getByRole("button", submit).click();
  await page.getByText(words("report.waiting-countersign")).waitFor();
}

/** The countersigner finds the report on the list of what waits, and opens it. */
export async function openToCountersign(district: District): Promise<Page> {
  const { page } = district.person("reviewer");
  await page.goto("/reading");
  await page.getByText(words("reading.view.countersign"), { exact: false }).first().click();
  const row = page.getByRole("row").filter({ hasText: hanName(district.ctPatient) });
  await row.getByRole("button", { name: words("reading.action.countersign") }).click();
  await page.waitForURL(`**/reading/${district.ctUid}`);
  return page;
}

/** Submitted, sent back with a reason that the writer reads at once; the writer's session ends in mid-word; submitted again. */
export async function reportSentBack(district: District): Promise<void> {
  const { page, context } = district.person("radiologist");
  await submitReport(page);

  const reviewing = await openToCountersign(district);
  await reviewing.getByRole("button", { name: words("report.return"), exact: true }).click();
  const dialog = reviewing.getByRole("dialog");
  await dialog.getByLabel(words("report.return.reason")).fill(REASON);
  await dialog.getByRole("button", { name: words("report.return"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });

  await page
    .getByText(words("report.returned", { reason: REASON }))
    .first()
    .waitFor();
  const { findings } = reportFields(page);
  const before = await findings.inputValue();
  await saveLine(page, words("report.save.saved", { time: "" }).trim())
    .or(saveLine(page, words("report.save.none")))
    .first()
    .waitFor();

  await context.clearCookies();
  await findings.press("Control+End");
  await findings.pressSequentially(ADDED);
  const again = page.getByRole("dialog", { name: words("sign-in.again") });
  await again.getByLabel(words("sign-in.password"), { exact: true }).fill(district.hub.password);
  expect(await findings.inputValue()).toBe(before + ADDED);
  await again.getByRole("button", { name: words("sign-in.submit") }).click();
  await again.waitFor({ state: "detached" });
  await saveLine(page, SAVED).waitFor();
  expect(await findings.inputValue()).toBe(before + ADDED);
  await submitReport(page);
}
