import { zipSync } from "fflate";
import { expect } from "vitest";
import { generateCtStudy } from "../../../core/demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../../core/demo/demo-people.ts";
import { openBreakableLine } from "../support/breakable-line.ts";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";

const PATIENT = DEMO_PEOPLE[4];
const LOOSE = 22;
const ZIPPED = 20;

/**
 * Loose files and a zip, a file cut short and a text among them. The line breaks when the hub has stored the first batch
 * but its answer has not arrived; later it comes back. Everything is stored, and nothing that was goes up again.
 */
export async function technicianUploads(district: District): Promise<void> {
  const line = await openBreakableLine(Number(new URL(district.hub.url).port));
  const { page, context } = await district.at("tech", "/technician/upload", line.url);
  const study = [
    ...generateCtStudy({
      seed: "e2e-upload",
      body: "phantom",
      slices: LOOSE + ZIPPED + 1,
      distinct: 2,
      size: 128,
      patient: PATIENT,
      studyDate: "20261119",
      studyTime: "093000",
      accessionNumber: "E2E-UP-1",
      institution: "延吉社区卫生服务中心",
      stationName: "CT1",
    }),
  ];
  const name = (index: number) => `IM${String(index + 1).padStart(3, "0")}.dcm`;
  const zip = zipSync(
    Object.fromEntries(study.slice(LOOSE, LOOSE + ZIPPED).map(({ bytes }, i) => [`CD/${name(LOOSE + i)}`, bytes])),
  );
  const cut = study.at(-1)?.bytes.subarray(0, 20_000) ?? Buffer.alloc(0);
  const dicom = "application/dicom";

  const broken = line.breakAtStoreAnswer(cut.length + 5000); // not of the one that is cut short alone
  await page
    .getByTestId("pick-files")
    .setInputFiles([
      ...study.slice(0, LOOSE).map(({ bytes }, i) => ({ name: name(i), mimeType: dicom, buffer: bytes })),
      { name: "cd.zip", mimeType: "application/zip", buffer: Buffer.from(zip) },
      { name: "cut-short.dcm", mimeType: dicom, buffer: cut },
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("这不是影像") },
    ]);
  await broken;
  const progress = page.getByRole("region", { name: words("upload.progress") });
  await progress.getByRole("button", { name: words("upload.retry-now") }).waitFor();
  const instances = `${district.hub.url}/dicom-web/studies/${study[0]?.studyInstanceUid}/instances`;
  const stored = uidsOf(await (await context.request.get(instances)).json());
  expect(stored.length, "the hub had stored what it could not say").toBeGreaterThan(0);
  const sentBefore = line.sentUp().length;
  line.mend();
  await progress.getByRole("button", { name: words("upload.retry-now") }).click();
  await progress.getByText(words("upload.phase-done-refused", { count: 2 })).waitFor();

  // the manifest: what is there, what not, and why
  const manifest = page.getByRole("region", { name: words("upload.manifest") });
  const count = async (group: "stored" | "already" | "refused") => {
    const label = await manifest
      .locator("label")
      .filter({ hasText: words(`upload.filter-${group}`) })
      .textContent();
    return Number(/\d+/.exec(label ?? "")?.[0]);
  };
  expect((await count("stored")) + (await count("already"))).toBe(LOOSE + ZIPPED);
  expect(await count("refused")).toBe(2);
  await manifest
    .locator("label")
    .filter({ hasText: words("upload.filter-refused") })
    .click();
  const refused = manifest.getByRole("listitem");
  expect(await refused.filter({ hasText: "cut-short.dcm" }).textContent()).toContain(words("error.dicom-truncated"));
  expect(await refused.filter({ hasText: "notes.txt" }).textContent()).toContain(words("upload.reason-not-dicom"));

  expect(filesSent(line.sentUp().subarray(sentBefore), stored)).toEqual([]);
  expect(uidsOf(await (await context.request.get(instances)).json())).toHaveLength(LOOSE + ZIPPED);

  // what arrived can be followed up from here, and yanji asks for the reading by itself
  await page.getByText(hanName(PATIENT)).first().waitFor();
  const listed = district
    .person("radiologist")
    .page.getByRole("row")
    .filter({ hasText: hanName(PATIENT) });
  await listed.waitFor();
  await page.goto("about:blank"); // an upload under way would ask before it lets go
  await line.close();
}

function uidsOf(instances: unknown): string[] {
  return (instances as Record<string, { Value?: string[] }>[]).flatMap((one) => one["00080018"]?.Value ?? []);
}

/** Which of the instances are in the bytes as files: "DICM", and soon after it the UID of the meta group. */
function filesSent(bytes: Buffer, sopInstanceUids: readonly string[]): string[] {
  const heads: string[] = [];
  for (let at = bytes.indexOf("DICM"); at >= 0; at = bytes.indexOf("DICM", at + 4))
    heads.push(bytes.toString("latin1", at, at + 300));
  return sopInstanceUids.filter((uid) => heads.some((head) => head.includes(uid)));
}
