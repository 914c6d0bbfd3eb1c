import type { Locator, Page } from "playwright-core";

/** Picks an entry of one of the forms' drop-down lists by its words. */
export async function choose(page: Page, field: Locator, entry: string): Promise<void> {
  await field.click();
  await page
    .locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    .filter({ hasText: entry })
    .click();
}
