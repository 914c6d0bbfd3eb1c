import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { encapsulatedPdf } from "../../core/infra/pdf/encapsulated-pdf.ts";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { hasOhif, type OhifSite, openOhifSite } from "../support/ohif-site.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { openBrowser } from "./support/browser.ts";
import { canvasPixels } from "./support/canvas-pixels.ts";
import { linearWindow, phantomStudy, readCt, SLICE_BLOCK } from "./support/phantom-study.ts";

/** The tests are compiled without the DOM's types. */
interface Image {
  readonly naturalWidth: number;
}

const [JIN, ZHAO] = DEMO_PEOPLE;
const SLICES = 7;
const SIZE = 128;
const FOREIGN = path.join(SHARED_DATA, "dicom/transfer-syntaxes");
/** The window of the phantom's files. */
const [CENTRE, WIDTH] = [0, 400];

/** Slice 1 has -150 HU in its block, each further one 50 more: all within the window, and none like the other. */
function study(seed: string, patient: DemoPatient) {
  const options = { seed, patient, accessionNumber: seed, slices: SLICES, size: SIZE, charset: "GB18030" } as const;
  const place = { institution: "延吉社区卫生服务中心", stationName: "CT1" };
  const files = phantomStudy({ ...options, ...place, studyDate: "20261120", studyTime: "101500" });
  for (const [index, { bytes }] of files.entries()) {
    const { pixelOffset } = readCt(bytes);
    for (let row = SLICE_BLOCK.from; row < SLICE_BLOCK.to; row++)
      for (let column = SLICE_BLOCK.from; column < SLICE_BLOCK.to; column++)
        bytes.writeUInt16LE(1024 - 150 + 50 * index, pixelOffset + 2 * (row * SIZE + column));
  }
  return files;
}

/** A page of nothing as an Encapsulated PDF in the study of the first person, larger than what metadata hold themselves. */
function reportOf(patient: DemoPatient) {
  const [{ studyInstanceUid = "" } = {}] = study("OHIF-1", patient);
  const pages = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj";
  const page = "3 0 obj<</Type/Page/MediaBox[0 0 300 300]/Parent 2 0 R>>endobj";
  const padding = "% nothing\n".repeat(200);
  const pdf = Buffer.from(`%PDF-1.4\n${pages} ${page}\n${padding}trailer<</Root 1 0 R>>\n%%EOF\n`);
  const instance = encapsulatedPdf(pdf, {
    studyInstanceUid,
    seriesInstanceUid: newUid(),
    sopInstanceUid: newUid(),
    patientName: `${patient.nameLatin}=${patient.nameHan}`,
    patientId: patient.id,
    patientBirthDate: patient.birthDate,
    patientSex: patient.sex,
    studyDate: "20261120",
    studyTime: "101500",
    studyId: "",
    accessionNumber: "OHIF-1",
    referringPhysician: "",
    institutionName: "",
    contentDate: "20261120",
    contentTime: "113000",
    timezoneOffset: "+0800",
    title: "诊断报告",
  });
  return { pdf, instance, studyInstanceUid };
}

describe.skipIf(!hasOhif)("OHIF on an origin of its own, with a key", () => {
  let site: OhifSite;
  let district: DemoDistrict;
  let redis: OwnRedis;
  let hub: HttpHub;
  let browser: Browser;
  let page: Page;
  let reported: ReturnType<typeof reportOf>;
  const faults: string[] = [];

  beforeAll(async () => {
    site = await openOhifSite();
    district = await openDemoDistrict();
    redis = await startOwnRedis();
    hub = await openHttpHub(district, redis.url, { HUB_CORS_ORIGINS: site.url });
    // as many scanners write it: the Han name where the alphabetic one belongs
    const hanAlone = { ...ZHAO, nameLatin: ZHAO.nameHan, nameHan: "" };
    for (const { bytes } of [...study("OHIF-1", JIN), ...study("OHIF-2", hanAlone)]) await district.store(YANJI, bytes);
    reported = reportOf(JIN);
    await district.store(YANJI, reported.instance);
    site.configure(`${hub.url}/dicom-web`, await createKey(district.db, "tech", "viewer"));
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(20_000);
    // its first-visit tour would cover the image
    await page.addInitScript(`localStorage?.setItem("shownTours", '["basicViewerTour"]')`);
    page.on("pageerror", (error) => faults.push(error.stack ?? error.message));
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // what was still under way when the test went on to another page
      if (reason !== "net::ERR_ABORTED") faults.push(`${reason} ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.close();
    await redis?.stop();
    await district?.close();
    await site?.close();
  });

  it("lists the studies and finds one by its Han name", async () => {
    await page.goto(site.url);
    const rows = page.locator("tr[data-cy^=studyRow]");
    await expect.poll(() => rows.count()).toBe(2);
    const texts = (await rows.allTextContents()).join("\n");
    for (const text of ["Jin, Shunyu", "赵, 德海", "YJ000182", "水模质控", "20-Nov-2026"])
      expect(texts).toContain(text);
    await page.getByRole("textbox").first().fill("赵");
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.textContent()).toContain("赵, 德海");
  });

  it("opens it: every slice is there, its pixels as the file has them, with thumbnail and name", async () => {
    await page.locator("tr[data-cy^=studyRow]").click();
    await page.getByText("Basic Viewer").first().click();
    const canvas = page.locator("canvas.cornerstone-canvas");
    const at = page.getByText(/\(\d+\/\d+\)/);
    await canvas.waitFor();
    await canvas.hover();
    for (let slice = 1; slice <= SLICES; slice++) {
      if (slice > 1) await page.mouse.wheel(0, 100);
      await expect.poll(() => at.textContent()).toContain(`(${slice}/${SLICES})`);
      const hu = -150 + 50 * (slice - 1);
      const grey = linearWindow(hu, CENTRE, WIDTH);
      await expect.poll(async () => Math.abs((await blockGrey(page)) - grey)).toBeLessThan(2);
    }
    const thumbnail = page.locator("[data-cy^=study-browser-thumbnail] img");
    await expect.poll(() => thumbnail.evaluate((image) => (image as unknown as Image).naturalWidth)).toBe(SIZE);
    await page.getByText("Patient", { exact: true }).click();
    await page.getByText("赵, 德海").first().waitFor();
  });

  it("opens the report that stands in a study", async () => {
    await page.goto(`${site.url}/viewer?StudyInstanceUIDs=${reported.studyInstanceUid}`);
    await page.getByText("诊断报告").first().dblclick();
    const shown = page.locator("object[type='application/pdf']");
    await expect.poll(() => shown.getAttribute("data")).toMatch(/^blob:/);
    const url = await shown.getAttribute("data");
    const text = await page.evaluate(async (at) => (await fetch(at)).text(), url ?? "");
    expect(text.slice(0, reported.pdf.length)).toBe(reported.pdf.toString());
  });

  describe.skipIf(!existsSync(FOREIGN))("files of other makers", () => {
    it.each([
      ["MR_small_expb.dcm", "1.2.840.10008.1.2.2"],
      ["image_dfl.dcm", "1.2.840.10008.1.2.1.99"],
      ["CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm", "1.2.840.10008.1.2"],
      ["GH538-jpeg1.dcm", "1.2.840.10008.1.2.4.50"],
      ["JPEG-lossy.dcm", "1.2.840.10008.1.2.4.51"],
      ["CT-JPEGLosslessSV1.dcm", "1.2.840.10008.1.2.4.70"],
      ["CT0012.not_fragmented_bot_jpeg_ls.80.dcm", "1.2.840.10008.1.2.4.80"],
      ["CT1_J2KR", "1.2.840.10008.1.2.4.90"],
      ["RG3_J2KI.dcm", "1.2.840.10008.1.2.4.91"],
      ["D_CLUNIE_CT1_RLE_FRAGS.dcm", "1.2.840.10008.1.2.5"],
      ["emri_small_jpeg_2k_lossless.dcm", "1.2.840.10008.1.2.4.90"],
      ["examples_ybr_color.dcm", "1.2.840.10008.1.2.4.50"],
    ])("are shown as they are stored: %s", async (name, transferSyntaxUid) => {
      const stored = await district.store(YANJI, await readFile(path.join(FOREIGN, name)));
      const { transfer_syntax_uid } = await district.db
        .selectFrom("instance")
        .select("transfer_syntax_uid")
        .where("sop_instance_uid", "=", stored.sopInstanceUid)
        .executeTakeFirstOrThrow();
      expect(transfer_syntax_uid).toBe(transferSyntaxUid);
      await page.goto(`${site.url}/viewer?StudyInstanceUIDs=${stored.studyInstanceUid}`);
      await expect.poll(() => isPicture(page)).toBe(true);
    });
  });

  it("nothing that it asked for failed, and no page threw", async () => {
    expect(faults).toEqual([]);
  });
});

/** Is something drawn that is not all of one grey? */
async function isPicture(page: Page): Promise<boolean> {
  const canvas = page.locator("canvas.cornerstone-canvas");
  if ((await canvas.count()) !== 1) return false;
  const { width, height, rgb } = await canvasPixels(canvas);
  const at = Array.from({ length: 100 }, (_, i) => (i + 1) / 101);
  const tones = at.flatMap((y) => at.map((x) => rgb(Math.floor(x * width), Math.floor(y * height)).join()));
  return new Set(tones).size > 8;
}

/** What is drawn in the middle of the slice's block; the square image is as high as the canvas, and in its middle. */
async function blockGrey(page: Page): Promise<number> {
  const pixels = await canvasPixels(page.locator("canvas.cornerstone-canvas"));
  const scale = pixels.height / SIZE;
  const middle = ((SLICE_BLOCK.from + SLICE_BLOCK.to) / 2) * scale;
  const [red] = pixels.rgb(Math.round((pixels.width - pixels.height) / 2 + middle), Math.round(middle));
  return red;
}
