import { expect } from "vitest";
import type { District } from "../support/district.ts";
import { isSamePage, markPage } from "../support/same-page.ts";
import { words } from "../support/words.ts";

const REASON = "水模已重新扫描，本次不必出报告";
const CONTACT = "影像科 崔技师";
const TELEPHONE = "0439-8212345";

/** The site's own program asks for an end (PS3.18 §11.8); the open page of the reader says so, why, and whom to call. */
export async function cancelAsked(district: District): Promise<void> {
  const { page } = district.person("radiologist");
  await markPage(page);
  const { request } = district.person("tech2").context;
  const found = await request.get(`/dicom-web/workitems?StudyInstanceUID=${district.ctUid}`);
  const [item] = (await found.json()) as { "00080018": { Value: string[] } }[];
  const asked = await request.post(`/dicom-web/workitems/${item?.["00080018"].Value[0]}/cancelrequest`, {
    headers: { "content-type": "application/dicom+json" },
    data: JSON.stringify([
      {
        "00741238": { vr: "LT", Value: [REASON] },
        "0074100A": { vr: "UR", Value: [`tel:${TELEPHONE}`] },
        "0074100C": { vr: "LO", Value: [CONTACT] },
      },
    ]),
  });
  expect(asked.status()).toBe(202);

  const note = page.getByTestId("cancel-request");
  await note.getByText(words("report.cancel-request"), { exact: true }).waitFor();
  await note.getByText(REASON).waitFor();
  await note.getByText(CONTACT).waitFor();
  expect(await note.getByRole("link", { name: TELEPHONE }).getAttribute("href")).toBe(`tel:${TELEPHONE}`);
  // it came by itself, and whoever reads decides: he can still give the task back, or go on
  expect(await isSamePage(page)).toBe(true);
  await page.getByRole("button", { name: words("report.release"), exact: true }).waitFor();
}
