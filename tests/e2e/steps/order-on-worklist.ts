import { expect } from "vitest";
import { findByDcmtk, firstOf } from "../../dimse/find-by-dcmtk.ts";
import { choose } from "../support/choose.ts";
import type { District } from "../support/district.ts";
import { words } from "../support/words.ts";

const PATIENT = { id: "YJ-E2E-7", name: "欧阳小蝶", latin: "Ouyang Xiaodie" };
const [FIRST, SECOND] = ["胸部CT平扫", "胸部CT增强"];

/** The technician orders an examination; the scanner has it on its worklist at once, as it is changed, and no longer once it is cancelled. */
export async function orderOnWorklist(district: District): Promise<void> {
  const worklist = async () =>
    (
      await findByDcmtk(
        district.hub.dicomPort,
        "CT_YANJI",
        [
          "SpecificCharacterSet=ISO_IR 192",
          "PatientID",
          "PatientName",
          "RequestedProcedureDescription",
          "AccessionNumber",
        ],
        ["-W"],
      )
    ).answers.map((answer) => ({
      patientId: firstOf(answer, "00100020"),
      name: firstOf(answer, "00100010"),
      description: firstOf(answer, "00321060"),
    }));
  const { page } = await district.at("tech", "/technician/orders");
  await page.getByText(words("order.empty.hint")).waitFor();
  expect(await worklist()).toEqual([]);

  await page
    .getByRole("button", { name: words("order.add") })
    .first()
    .click();
  const form = page.getByRole("dialog");
  const place = form.getByRole("button", { name: words("order.form.place") });
  await place.click();
  await form.getByText(words("order.form.name.least")).waitFor(); // nothing is sent half filled in
  await form.getByLabel(words("order.form.patient-id"), { exact: true }).fill(PATIENT.id);
  await form.getByLabel(words("order.form.name"), { exact: true }).fill(PATIENT.name);
  await form.getByLabel(words("order.form.latin")).fill(PATIENT.latin);
  await form.getByRole("radio", { name: words("sex.F") }).check();
  await form.getByLabel(words("order.form.procedure"), { exact: true }).fill(FIRST);
  await choose(page, form.getByRole("combobox", { name: words("order.form.station") }), "CT_YANJI");
  await form.getByRole("radio", { name: words("urgency.urgent") }).check();
  await form.getByLabel(words("order.form.question")).fill("除外肺炎");
  await place.click();
  await form.waitFor({ state: "detached" });

  const row = page.getByRole("row").filter({ hasText: PATIENT.name });
  await row.getByText(words("order.stage.scheduled")).waitFor();
  expect(await row.textContent()).toContain(words("urgency.urgent"));
  const name = { Alphabetic: "Ouyang^Xiaodie", Ideographic: PATIENT.name };
  expect(await worklist()).toEqual([{ patientId: PATIENT.id, name, description: FIRST }]);

  await row.getByRole("button", { name: words("order.change") }).click();
  await form.getByLabel(words("order.form.procedure"), { exact: true }).fill(SECOND);
  await form.getByRole("button", { name: words("common.save") }).click();
  await form.waitFor({ state: "detached" });
  await row.getByText(SECOND).waitFor();
  expect(await worklist()).toEqual([{ patientId: PATIENT.id, name, description: SECOND }]);

  await row.getByRole("button", { name: words("order.cancel.short"), exact: true }).click();
  await page
    .getByRole("tooltip")
    .getByRole("button", { name: words("order.cancel") })
    .click();
  await row.getByText(words("order.stage.cancelled")).waitFor();
  expect(await worklist()).toEqual([]);
}
