import { expect } from "vitest";
import { pushFolder } from "../support/device.ts";
import { type District, hanName } from "../support/district.ts";
import { isSamePage, markPage } from "../support/same-page.ts";
import { words } from "../support/words.ts";

/** A registered scanner sends, a stranger is turned away, and the same once more stores nothing twice. */
export async function deviceSendsCt(district: District): Promise<void> {
  const { page, context } = await district.at("tech2", "/technician");
  await markPage(page);
  const stranger = await pushFolder(district.hub, "CT_NOBODY", district.ctFolder);
  expect(stranger.code).not.toBe(0);
  expect(stranger.output).toMatch(/Calling AE Title Not Recognized/i); // PS3.8 §9.3.4, reason 3

  const sent = await pushFolder(district.hub, "CT_CHANGBAI", district.ctFolder);
  expect(sent.output).not.toMatch(/E:|Failed/);
  expect(sent.code).toBe(0);
  const again = await pushFolder(district.hub, "CT_CHANGBAI", district.ctFolder);
  expect(again.code).toBe(0);

  const answer = await context.request.get(`/dicom-web/studies/${district.ctUid}/instances`);
  const instances: unknown = await answer.json();
  expect(instances).toHaveLength(district.ct.length);

  // the board shows it by itself, and then that it is whole
  const row = page.getByRole("row").filter({ hasText: hanName(district.ctPatient) });
  await row.getByRole("button", { name: words("board.ask") }).waitFor();
  expect(await row.textContent()).toContain(`1 / ${district.ct.length}`);
  expect(await isSamePage(page)).toBe(true);
}
