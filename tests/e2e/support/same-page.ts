import type { Page } from "playwright-core";

/** Leaves a mark in the page's memory, which a reload would wipe out. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate("globalThis.markedByTest = true");
}

/** True while the page was not loaded anew since `markPage`. */
export function isSamePage(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("globalThis.markedByTest === true");
}
