import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { District } from "../support/district.ts";
import { words } from "../support/words.ts";
import { REQUEST } from "./technician-asks.ts";

const FINDINGS = "水模各插件 CT 值在允许范围内，";
const UNSENT = "均匀性良好，未见伪影。";
const IMPRESSION = "水模质控合格。";

export const reportFields = (page: Page) => ({
  findings: page.getByLabel(words("report.findings"), { exact: true }),
  impression: page.getByLabel(words("report.impression"), { exact: true }),
});

/** The line under the report that says where the text is. */
export const saveLine = (page: Page, says: string | RegExp) => page.getByRole("status").filter({ hasText: says });
export const SAVED = new RegExp(words("report.save.saved", { time: "\\d" }));

/** Writes beside the images; the connection goes in the middle of a sentence, then the tab; nothing is lost. */
export async function reportWritten(district: District): Promise<void> {
  const { page, context } = district.person("radiologist");
  await page.getByText(REQUEST.history).waitFor();
  const { findings, impression } = reportFields(page);
  await impression.fill(IMPRESSION);
  await findings.fill(FINDINGS);
  await saveLine(page, SAVED).waitFor();

  await context.setOffline(true);
  await findings.press("Control+End");
  await findings.pressSequentially(UNSENT);
  await saveLine(page, words("report.save.unreachable")).waitFor();
  await district.reopen("radiologist", "about:blank");
  await context.setOffline(false);

  const { page: again } = await district.reopen("radiologist", `/reading/${district.ctUid}`);
  const fields = reportFields(again);
  await expect.poll(() => fields.findings.inputValue()).toBe(FINDINGS + UNSENT);
  expect(await fields.impression.inputValue()).toBe(IMPRESSION);
  await saveLine(again, SAVED).waitFor();
  const kept = await context.request.get(`/api/studies/${district.ctUid}`);
  const { study } = (await kept.json()) as { study: { task: { id: string } } };
  const task = await context.request.get(`/api/reading-tasks/${study.task.id}`);
  expect(await task.json()).toMatchObject({ draft: { findings: FINDINGS + UNSENT, impression: IMPRESSION } });
}
