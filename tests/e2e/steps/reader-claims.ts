import { expect } from "vitest";
import { DEMO_ACCOUNTS } from "../../../core/demo/demo-district.ts";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";

const READER = DEMO_ACCOUNTS.find(({ username }) => username === "radiologist")?.displayName ?? "";

/** The first reader has the task; the second, whose list has not heard of it yet, is told by whom it was taken. */
export async function readerClaims(district: District): Promise<void> {
  const name = hanName(district.ctPatient);
  const { page } = district.person("radiologist");
  const second = district.person("reviewer");
  const deaf = await second.context.newPage();
  await deaf.routeWebSocket(/\/live$/, () => undefined); // opens, and never says anything
  await deaf.goto("/reading");
  const late = deaf.getByRole("row").filter({ hasText: name });
  await late.waitFor();

  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("button", { name: words("reading.action.open") }).click();
  await page.waitForURL(`**/reading/${district.ctUid}`);

  await late.getByRole("button", { name: words("reading.action.open") }).click();
  const told = deaf.getByRole("alert").filter({ hasText: words("error.task-claimed-by-other", { reader: READER }) });
  await told.waitFor();
  const tasks = await second.context.request.get("/api/reading-tasks?view=mine");
  expect(await tasks.json()).toMatchObject({ total: 0 });
  await deaf.close();
  // and the list that hears lets go of it by itself
  await second.page.getByRole("row").filter({ hasText: name }).waitFor({ state: "detached" });
}
