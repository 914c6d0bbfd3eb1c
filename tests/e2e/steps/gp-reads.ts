import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";
import { expectPatientInPdf } from "./report-countersigned.ts";

/** Finds the report in four ways, reads it and its images, takes the PDF along, and ticks it read. */
export async function gpReads(district: District): Promise<void> {
  const { page } = district.person("gp2");
  const { ctPatient: patient, ctDate } = district;
  const row = page.getByRole("row").filter({ hasText: hanName(patient) });
  await row.waitFor(); // by itself: the inbox was open and empty
  const search = page.getByPlaceholder(words("gp.search"));
  for (const found of [hanName(patient), patient.nameLatin.replace("^", "").toLowerCase(), patient.id]) {
    await search.fill("查无此人");
    await page.getByText(words("gp.empty.filtered"), { exact: true }).waitFor();
    await search.fill(found);
    await row.waitFor();
  }
  await search.fill("");
  const day = `${ctDate.slice(0, 4)}-${ctDate.slice(4, 6)}-${ctDate.slice(6)}`;
  const pick = async (label: "gp.from" | "gp.to", date: string) => {
    await page.getByLabel(words(label)).fill(date);
    await page.keyboard.press("Enter");
  };
  await pick("gp.to", "2026-11-01");
  await page.getByText(words("gp.empty.filtered"), { exact: true }).waitFor();
  await pick("gp.to", day);
  await pick("gp.from", day);
  await row.waitFor();

  await row.getByRole("link").click();
  const paper = page.getByRole("article");
  await paper.getByText("均匀性良好").waitFor();
  expect(await paper.textContent()).toContain("80.0 mm");

  await page.getByRole("link", { name: words("gp.images") }).click();
  const viewport = page.getByTestId("viewport-0");
  await viewport.and(page.locator('[data-state="shown"]')).waitFor();
  expect(await page.getByRole("textbox").count(), "nothing to write in").toBe(0);
  await page.goBack();

  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: words("gp.pdf") }).click();
  await expectPatientInPdf(district, await readFile(await (await coming).path()));

  await page.getByRole("button", { name: words("gp.acknowledge") }).click();
  await page.getByText(new RegExp(words("gp.acknowledged", { time: "\\d{4}-" }))).waitFor();
  const board = district.person("tech2").page;
  await board
    .getByRole("row")
    .filter({ hasText: hanName(patient) })
    .getByText(words("task-state.acknowledged"))
    .waitFor();
}
