import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { openBrowser, seatPerson, signIn } from "../e2e/support/browser.ts";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { enhancedCt } from "../support/enhanced-ct.ts";
import { eventually } from "../support/eventually.ts";
import { type HubUnderTest, startHub } from "../support/hub-under-test.ts";
import { smallCt } from "../support/small-studies.ts";

/**
 * `node tests/bench/long-series.ts [500,5000]`: what each thing costs as one series grows, of single-frame instances and of
 * one multi-frame instance. What is asked of one frame should cost the same in both columns, what is asked of the series
 * ten times as much.
 */
const SIZES = (process.argv[2] ?? "500,5000").split(",").map(Number);
const SIZE = 16;
const RUNS = 20;
const STOW_BATCH = 100;

type Figures = Map<string, number>;

const browser = await openBrowser();
const scratch = await mkdtemp(path.join(tmpdir(), "hub-long-"));
const dataDir = path.join(scratch, "data");
const hub = await startHub({ dataDir, logFile: path.join(scratch, "hub.log"), until: "demo-stored" });
try {
  const cookie = await cookieOf("tech");
  const columns: [string, Figures][] = [];
  for (const frames of SIZES) columns.push([`${frames} instances`, await measureInstances(frames, cookie)]);
  for (const frames of SIZES) columns.push([`${frames} frames in one`, await measureEnhanced(frames, cookie)]);
  console.log(`| ms | ${columns.map(([name]) => name).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(columns.length)}`);
  for (const measure of new Set(columns.flatMap(([, figures]) => [...figures.keys()])))
    console.log(`| ${measure} | ${columns.map(([, figures]) => figures.get(measure)?.toFixed(1) ?? "").join(" | ")} |`);
} finally {
  await browser.close();
  await hub.stop();
  await clearDataFolder(dataDir);
  await rm(scratch, { recursive: true, force: true });
}

async function measureInstances(count: number, cookie: string): Promise<Figures> {
  const figures: Figures = new Map();
  const instances = smallCt({ slices: count, size: SIZE });
  const ten = Math.ceil(count / 10);
  figures.set("C-STORE, an instance of the first tenth", (await storescu(instances.slice(0, ten))) / ten);
  await storescu(instances.slice(ten, -ten));
  figures.set("C-STORE, an instance of the last tenth", (await storescu(instances.slice(-ten))) / ten);
  const others = smallCt({ slices: count, size: SIZE });
  figures.set("STOW, an instance of the first tenth", (await stow(others.slice(0, ten), cookie)) / ten);
  await stow(others.slice(ten, -ten), cookie);
  figures.set("STOW, an instance of the last tenth", (await stow(others.slice(-ten), cookie)) / ten);
  await measureReading(
    figures,
    instances,
    cookie,
    (place) => ({ instance: instances[place] as DemoInstance, frame: 1 }),
    count,
  );
  return figures;
}

async function measureEnhanced(frames: number, cookie: string): Promise<Figures> {
  const figures: Figures = new Map();
  const byDimse = enhancedCt({ seed: `dimse ${frames}`, frames, size: SIZE });
  figures.set("C-STORE of all of it", await storescu([byDimse]));
  const byStow = enhancedCt({ seed: `stow ${frames}`, frames, size: SIZE });
  figures.set("STOW of all of it", await stow([byStow], cookie));
  await measureReading(figures, [byDimse], cookie, (place) => ({ instance: byDimse, frame: place + 1 }), frames);
  return figures;
}

interface Place {
  readonly instance: DemoInstance;
  readonly frame: number;
}

async function measureReading(
  figures: Figures,
  instances: readonly DemoInstance[],
  cookie: string,
  placeOf: (place: number) => Place,
  count: number,
): Promise<void> {
  const [first] = instances;
  if (!first) return;
  const series = `/dicom-web/studies/${first.studyInstanceUid}/series/${first.seriesInstanceUid}`;
  const get = (url: string, accept = "*/*") => timedGet(`${hub.url}${url}`, { cookie, accept });
  const frameUrl = ({ instance, frame }: Place) => `${series}/instances/${instance.sopInstanceUid}/frames/${frame}`;

  figures.set("/metadata while it is still open", await get(`${series}/metadata`, "application/dicom+json"));
  const began = performance.now();
  await eventually(
    async () => (await fetch(`${hub.url}${series}/bundle`, { headers: { cookie }, method: "HEAD" })).ok,
    600_000,
  );
  figures.set("complete, metadata and bundle made", performance.now() - began);
  figures.set("/metadata made ready", await get(`${series}/metadata`, "application/dicom+json"));
  for (const [name, place] of [
    ["first", 0],
    ["middle", count >> 1],
    ["last", count - 1],
  ] as const)
    figures.set(`frame, ${name}`, await get(frameUrl(placeOf(place))));
  const rendered: number[] = [];
  for (let run = 0; run < RUNS; run++)
    rendered.push(await get(`${frameUrl(placeOf(Math.floor((run * count) / RUNS)))}/rendered`, "image/jpeg"));
  figures.set("frame rendered, median", rendered.toSorted((a, b) => a - b)[RUNS >> 1] ?? 0);
  figures.set("thumbnail of the series", await get(`${series}/thumbnail`, "image/jpeg"));
  figures.set("thumbnail again", await get(`${series}/thumbnail`, "image/jpeg"));
  figures.set("bundle, preview", await get(`${series}/bundle/preview`));
  figures.set("bundle, whole", await get(`${series}/bundle`));
  const json = "application/dicom+json";
  figures.set("QIDO of the study", await get(`/dicom-web/studies?StudyInstanceUID=${first.studyInstanceUid}`, json));
  figures.set("QIDO, 100 instances", await get(`${series}/instances?limit=100`, json));
  figures.set("QIDO, 100 after half", await get(`${series}/instances?limit=100&offset=${instances.length >> 1}`, json));
  figures.set("the technician's board", await get("/api/studies"));
  await measurePage(figures, first.studyInstanceUid, count);
}

/** The pages must have been built (`npm test` does that first). */
async function measurePage(figures: Figures, studyInstanceUid: string, slices: number): Promise<void> {
  const person = await seatPerson(browser, hub.url, "tech");
  await signIn(person, hub, "/");
  const began = performance.now();
  await person.page.goto(`/reading/${studyInstanceUid}`);
  const viewport = person.page.locator(`[data-testid="viewport-0"][data-slices="${slices}"]`);
  await viewport.and(person.page.locator('[data-state="shown"]')).waitFor({ timeout: 120_000 });
  figures.set("reading page, first image", performance.now() - began);
  const pressed = performance.now();
  await viewport.hover();
  await person.page.keyboard.press("End");
  const last = person.page.locator(`[data-testid="viewport-0"][data-slice="${slices}"][data-state="shown"]`);
  await last.waitFor({ timeout: 120_000 });
  figures.set("reading page, to the last slice", performance.now() - pressed);
  if (person.faults.length > 0) throw new Error(`the page failed: ${person.faults.join("; ")}`);
  await person.context.close();
}

async function timedGet(url: string, headers: Record<string, string>): Promise<number> {
  const began = performance.now();
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${answer.status} for ${url.replace(/[0-9.]{20,}/g, "…")}`);
  return performance.now() - began;
}

async function storescu(instances: readonly DemoInstance[]): Promise<number> {
  const folder = path.join(scratch, "outgoing");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [i, { bytes }] of instances.entries()) await writeFile(path.join(folder, `${i}.dcm`), bytes);
  const began = performance.now();
  const args = ["+sd", "-nh", "-aec", "HUB", "127.0.0.1", String(hub.dicomPort), folder];
  const child = spawn("storescu", args, { env: { ...process.env, TCP_NODELAY: "1" }, stdio: "ignore" });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`storescu ended with ${code}`);
  return performance.now() - began;
}

async function stow(instances: readonly DemoInstance[], cookie: string): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < instances.length; from += STOW_BATCH) {
    const parts = instances
      .slice(from, from + STOW_BATCH)
      .flatMap(({ bytes }) => [Buffer.from("\r\n--edge\r\nContent-Type: application/dicom\r\n\r\n"), bytes]);
    const answer = await fetch(`${hub.url}/dicom-web/studies`, {
      method: "POST",
      headers: { cookie, "content-type": 'multipart/related; type="application/dicom"; boundary=edge' },
      body: new Uint8Array(Buffer.concat([...parts, Buffer.from("\r\n--edge--\r\n")])),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`STOW-RS answered ${answer.status}`);
  }
  return performance.now() - began;
}

async function cookieOf(username: string): Promise<string> {
  const answer = await fetch(`${hub.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password: (hub satisfies HubUnderTest).password }),
  });
  return (answer.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
}
