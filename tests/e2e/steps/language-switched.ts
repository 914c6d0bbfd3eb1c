import { expect } from "vitest";
import type { District } from "../support/district.ts";
import { isSamePage, markPage } from "../support/same-page.ts";
import { words } from "../support/words.ts";

const english = (key: Parameters<typeof words>[0], values = {}) => words(key, values, "en");

/** At a desk and in the reading room: the words change where they stand, and nothing else does. */
export async function languageSwitched(district: District): Promise<void> {
  const { page } = district.person("tech2");
  await markPage(page);
  await page.getByPlaceholder(words("board.search")).fill(district.ctPatient.id);
  await page.getByRole("button", { name: words("common.language") }).click();
  await page.getByRole("heading", { name: english("board.title") }).waitFor();
  expect(await page.getByPlaceholder(english("board.search")).inputValue()).toBe(district.ctPatient.id);
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await page.getByRole("button", { name: english("common.language") }).click();
  await page.getByRole("heading", { name: words("board.title") }).waitFor();
  expect(await isSamePage(page)).toBe(true);

  const { page: room } = await district.reopen("radiologist", `/reading/${district.ctUid}`);
  const viewport = room.getByTestId("viewport-0");
  await viewport.and(room.locator('[data-state="shown"]')).waitFor();
  await room.keyboard.press("End");
  const slice = { slice: district.ct.length, slices: district.ct.length };
  await room.getByText(words("ct.slice-of", slice)).waitFor();
  await markPage(room);
  await room.getByRole("button", { name: words("common.language") }).click();
  await room.getByText(english("ct.slice-of", slice)).waitFor();
  await room.getByText(english("report.impression"), { exact: true }).waitFor();
  expect(await isSamePage(room)).toBe(true);
}
