import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { generateCtStudy } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { runDcmtk } from "../../tests/dimse/dcmtk.ts";
import { openBrowser, seatPerson, signIn } from "../../tests/e2e/support/browser.ts";
import { words } from "../../tests/e2e/support/words.ts";
import { clearDataFolder } from "../../tests/support/clear-data-folder.ts";
import { startHub } from "../../tests/support/hub-under-test.ts";

/** Makes the README's pictures from a running hub with its demo district: `npm run screenshots`. */
const LARGEST_BYTES = 300 * 1024;
/** poppler's; without it the picture of the PDF stays as it is. */
const PDFTOPPM = "/usr/bin/pdftoppm";
/** What the technician asks, by modality. */
const REQUESTS = {
  CT: { clinicalHistory: "咳嗽、咳痰2周，高血压病史10年", question: "除外肺部感染", urgency: "routine" },
  ECG: { clinicalHistory: "胸闷、胸痛1小时", question: "除外急性心肌梗死", urgency: "urgent" },
} as const;
const FINDINGS =
  "两肺纹理走行自然，肺野清晰，未见明确实变及占位。气管及各叶段支气管通畅。纵隔居中，未见肿大淋巴结。心影不大，主动脉壁见少许钙化。双侧胸腔未见积液。胸椎轻度退行性改变。";
const IMPRESSION = "1. 胸部CT平扫未见明确急性病变。\n2. 主动脉少许钙化；胸椎轻度退行性改变。";

const dataDir = await mkdtemp(path.join(tmpdir(), "hub-screenshots-"));
const logFile = path.join(tmpdir(), `hub-screenshots-${process.pid}.log`);
const hub = await startHub({ dataDir, logFile, until: "demo-stored" });
const browser = await openBrowser();
try {
  await makeAll();
} finally {
  await browser.close();
  await hub.stop();
  await clearDataFolder(dataDir);
  await rm(logFile, { force: true });
}

async function makeAll(): Promise<void> {
  const stranger = await seatPerson(browser, hub.url, "radiologist");
  await stranger.page.goto("/sign-in");
  await shoot(stranger.page, "sign-in");
  await stranger.context.close();

  await upload();
  const radiologist = await sitDown("radiologist", "/reading");
  await radiologist.getByRole("row").nth(2).waitFor();
  await shoot(radiologist, "reading-list");
  await readCt(radiologist);
  await shoot(radiologist, "ct-room");
  await submit(radiologist);
  await countersign(await sitDown("reviewer", "/reading"));

  const gp = await sitDown("gp", "/gp");
  await gp.getByRole("row").nth(1).getByRole("link").click();
  const link = gp.getByRole("link", { name: words("gp.pdf") });
  await link.waitFor();
  await shoot(gp, "report-page");
  await drawPdf(await (await gp.request.get((await link.getAttribute("href")) ?? "")).body());

  const ecg = await sitDown("ecg", "/reading");
  await ecg
    .getByRole("button", { name: words("reading.action.open") })
    .first()
    .click();
  await ecg.locator('[data-testid="viewport-0"][data-state="ready"]').waitFor();
  await ecg.getByLabel(words("report.findings.ecg"), { exact: true }).waitFor();
  await shoot(ecg, "ecg-room");

  const technician = await sitDown("tech", "/technician");
  await technician.getByRole("row").nth(3).waitFor();
  await shoot(technician, "technician-board");
}

async function sitDown(username: string, to: string): Promise<Page> {
  const person = await seatPerson(browser, hub.url, username);
  await signIn(person, hub, to);
  return person.page;
}

/** A study from a disc, with a file among it that is none. */
async function upload(): Promise<void> {
  const page = await sitDown("tech", "/technician/upload");
  const study = generateCtStudy({
    seed: "screenshots",
    body: "chest",
    slices: 16,
    size: 256,
    patient: DEMO_PEOPLE[2],
    studyDate: new Date().toISOString().slice(0, 10).replaceAll("-", ""),
    studyTime: "083000",
    accessionNumber: "C-DISC-1",
    institution: "延吉社区卫生服务中心",
    stationName: "CT1",
  });
  const files = [...study].map(({ bytes }, index) => ({
    name: `IM${String(index + 1).padStart(4, "0")}.dcm`,
    mimeType: "application/dicom",
    buffer: bytes,
  }));
  await page
    .getByTestId("pick-files")
    .setInputFiles([...files, { name: "说明.txt", mimeType: "text/plain", buffer: Buffer.from("光盘说明") }]);
  await page.getByText(words("upload.phase-done-refused", { count: 1 })).waitFor();
  await page.getByText(words("task-state.ready")).waitFor(); // this centre asks by itself
  await shoot(page, "upload");
  await fillRequests(page);
}

/** The centre asks by itself, for each of its three studies; its technician says why. */
async function fillRequests(page: Page): Promise<void> {
  const readTasks = async () => {
    const answer = await page.request.get("/api/studies?stage=waiting");
    const { studies } = (await answer.json()) as {
      readonly studies: readonly { readonly task: { readonly id: string; readonly modality: "CT" | "ECG" } }[];
    };
    return studies.map(({ task }) => task);
  };
  let tasks = await readTasks();
  for (; tasks.length < 3; tasks = await readTasks()) await sleep(250);
  for (const task of tasks) {
    const put = await page.request.put(`/api/reading-tasks/${task.id}/request`, { data: REQUESTS[task.modality] });
    if (!put.ok()) throw new Error(`request: ${put.status()}`);
  }
}

/** The chest of the demo district, in 5 mm slices, a third of the way down, with what the reader has written. */
async function readCt(page: Page): Promise<void> {
  const row = page.getByRole("row").filter({ hasText: DEMO_PEOPLE[0].nameHan.replace("^", "") });
  await row.getByRole("button", { name: words("reading.action.open") }).click();
  const shown = page.locator('[data-testid="viewport-0"][data-state="shown"]');
  await shown.waitFor();
  const rail = page.getByRole("navigation", { name: words("ct.series-list") });
  for (const load of await rail.locator(".load-bar").all())
    await load.and(page.locator('[data-complete="true"]')).waitFor();
  await page.getByTestId("viewport-0").hover();
  for (let ten = 0; ten < 2; ten++) await page.keyboard.press("PageDown");
  await page.locator('[data-testid="viewport-0"][data-state="shown"][data-slice="21"]').waitFor();
  await page.getByLabel(words("report.findings"), { exact: true }).fill(FINDINGS);
  await page.getByLabel(words("report.impression"), { exact: true }).fill(IMPRESSION);
  await page.getByText(new RegExp(words("report.save.saved", { time: "\\d" }))).waitFor();
}

async function submit(page: Page): Promise<void> {
  const name = words("report.submit");
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  await page.getByText(words("report.waiting-countersign")).waitFor();
}

async function countersign(page: Page): Promise<void> {
  const name = words("report.countersign");
  await page.getByText(words("reading.view.countersign")).first().click();
  await page.getByRole("button", { name: words("reading.action.countersign"), exact: true }).click();
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  await page.getByText(words("report.countersigner"), { exact: true }).waitFor();
}

/** Without the pointer, a blinking cursor or a passing notice; as it is once all has come to rest. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(1365, 400);
  await page.waitForLoadState("networkidle");
  await keep(name, await page.screenshot({ animations: "disabled", caret: "hide" }));
}

async function drawPdf(pdf: Buffer): Promise<void> {
  if (!existsSync(PDFTOPPM)) return;
  const file = path.join(dataDir, "report.pdf");
  await writeFile(file, pdf);
  const { code, output } = await runDcmtk(PDFTOPPM, [
    "-png",
    "-r",
    "80",
    "-f",
    "1",
    "-singlefile",
    file,
    `${file}-page`,
  ]);
  if (code !== 0) throw new Error(output);
  await keep("report-pdf", await readFile(`${file}-page.png`));
}

async function keep(name: string, png: Buffer): Promise<void> {
  console.log(`${name}.png  ${Math.round(png.length / 1024)} KiB`);
  if (png.length > LARGEST_BYTES) throw new Error(`${name}.png is larger than ${LARGEST_BYTES / 1024} KiB`);
  await writeFile(path.join(import.meta.dirname, `${name}.png`), png);
}
