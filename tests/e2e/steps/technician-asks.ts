import { expect } from "vitest";
import { type District, hanName } from "../support/district.ts";
import { isSamePage, markPage } from "../support/same-page.ts";
import { words } from "../support/words.ts";

export const REQUEST = { history: "水模质控，每周一次", question: "CT 值与距离是否准确？" } as const;

/** The technician asks, urgently; the readers' lists, open all the while, show the task without being loaded again. */
export async function technicianAsks(district: District): Promise<void> {
  const name = hanName(district.ctPatient);
  const radiologist = await district.at("radiologist", "/reading");
  const reviewer = await district.at("reviewer", "/reading");
  for (const { page } of [radiologist, reviewer]) {
    await page.getByRole("heading", { name: words("reading.list") }).waitFor();
    await markPage(page);
  }
  const { page } = district.person("tech2");
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("button", { name: words("board.ask") }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel(words("request.history")).fill(REQUEST.history);
  await drawer.getByLabel(words("request.question")).fill(REQUEST.question);
  await drawer.getByRole("radio", { name: words("urgency.urgent") }).check();
  await drawer.getByRole("button", { name: words("request.submit"), exact: true }).click();
  await drawer.getByText(words("request.asked"), { exact: true }).first().waitFor();
  await page.keyboard.press("Escape");
  await row.getByText(words("urgency.urgent")).waitFor();

  for (const reader of [radiologist, reviewer]) {
    const task = reader.page.getByRole("row").filter({ hasText: name });
    await task.waitFor();
    const said = await task.textContent();
    expect(said).toContain(words("urgency.urgent"));
    expect(said).toContain(REQUEST.question);
    expect(await isSamePage(reader.page)).toBe(true);
  }
}
