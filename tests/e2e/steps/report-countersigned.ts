import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import dicomParser from "dicom-parser";
import { expect } from "vitest";
import { runDcmtk } from "../../dimse/dcmtk.ts";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";
import { openToCountersign } from "./report-sent-back.ts";

const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
/** poppler's; not everywhere, and what it adds is only to read the name out of the page. */
const PDFTOTEXT = "/usr/bin/pdftotext";

/** The second doctor signs; the GP of the sending centre is told at once; the PDF becomes an instance of the study. */
export async function reportCountersigned(district: District): Promise<void> {
  const gp = await district.at("gp2", "/gp");
  await gp.page.getByText(words("gp.empty"), { exact: true }).waitFor();

  const page = await openToCountersign(district);
  const countersign = { name: words("report.countersign"), exact: true } as const;
  await page.getByRole("button", countersign).click();
  await page.getByRole("dialog").getByRole("button", countersign).click();
  await page.getByText(words("report.countersigner"), { exact: true }).waitFor();

  const toast = gp.page.getByRole("status").filter({ hasText: words("notice.report-final") });
  await toast.filter({ hasText: hanName(district.ctPatient) }).waitFor();

  const findPdf = async () => {
    const answer = await gp.context.request.get(`/dicom-web/studies/${district.ctUid}/instances`);
    const instances = (await answer.json()) as Record<string, { Value?: string[] }>[];
    const found = instances.find((instance) => instance["00080016"]?.Value?.[0] === ENCAPSULATED_PDF);
    return found === undefined
      ? undefined
      : { series: found["0020000E"]?.Value?.[0], sop: found["00080018"]?.Value?.[0] };
  };
  await expect.poll(findPdf, { interval: 250 }).toBeDefined();
  const pdf = await findPdf();
  const part10 = await gp.context.request.get(
    `/dicom-web/studies/${district.ctUid}/series/${pdf?.series}/instances/${pdf?.sop}`,
    { headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' } },
  );
  expect(part10.status()).toBe(200);
  await expectPatientInPdf(district, encapsulatedDocument(onePart(await part10.body())));
}

/** The content of a multipart answer with one part (RFC 2046 §5.1). */
function onePart(body: Buffer): Buffer {
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.lastIndexOf("\r\n--"));
}

/** (0042,0011). */
function encapsulatedDocument(part10: Buffer): Buffer {
  const element = dicomParser.parseDicom(part10).elements.x00420011;
  if (element === undefined) throw new Error("no encapsulated document");
  return part10.subarray(element.dataOffset, element.dataOffset + element.length);
}

export async function expectPatientInPdf(district: District, pdf: Buffer): Promise<void> {
  expect(pdf.toString("latin1", 0, 5)).toBe("%PDF-");
  if (!existsSync(PDFTOTEXT)) return;
  const file = path.join(district.folder, "report.pdf");
  await writeFile(file, pdf);
  const { output } = await runDcmtk(PDFTOTEXT, [file, "-"]);
  expect(output.replaceAll(/\s/g, "")).toContain(hanName(district.ctPatient));
}
