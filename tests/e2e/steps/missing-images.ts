import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { performStep } from "../../support/performed-step.ts";
import { pushFolder } from "../support/device.ts";
import { type District, hanName } from "../support/district.ts";
import { isSamePage, markPage } from "../support/same-page.ts";
import { words } from "../support/words.ts";

/** The scanner says what it made before all of it has come: the board and the drawer say what is missing, until it comes. */
export async function missingImages(district: District): Promise<void> {
  const made = district.ct.length;
  const late = path.join(district.folder, "late");
  await mkdir(late);
  for (const number of ["0001", "0002"])
    await rename(path.join(district.ctFolder, `IM${number}.dcm`), path.join(late, `IM${number}.dcm`));
  const { page } = await district.at("tech2", "/technician");
  expect((await pushFolder(district.hub, "CT_CHANGBAI", district.ctFolder)).code).toBe(0);
  const bySeries = Map.groupBy(district.ct, ({ seriesInstanceUid }) => seriesInstanceUid);
  await performStep(
    district.hub.dicomPort,
    "CT_CHANGBAI",
    district.ctUid,
    [...bySeries].map(([seriesInstanceUid, files]) => ({
      seriesInstanceUid,
      description: "",
      sopInstanceUids: files.map(({ sopInstanceUid }) => sopInstanceUid),
    })),
  );

  const row = page.getByRole("row").filter({ hasText: hanName(district.ctPatient) });
  const missing = words("reported.missing", { count: 2 });
  await row.getByText(missing).waitFor();
  await markPage(page);
  await row.click();
  const drawer = page.getByRole("dialog");
  const told = drawer.getByRole("alert").filter({ hasText: words("reported.title", { made, here: made - 2 }) });
  await told.waitFor();
  expect(await told.textContent()).toMatch(new RegExp(words("reported.series", { number: "\\d+" })));

  expect((await pushFolder(district.hub, "CT_CHANGBAI", late)).code).toBe(0);
  await told.waitFor({ state: "detached" });
  await drawer.getByText(words("reported.all", { made })).waitFor();
  await page.keyboard.press("Escape");
  await row.getByText(missing).waitFor({ state: "detached" });
  expect(await isSamePage(page)).toBe(true);
}
