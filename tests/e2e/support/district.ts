import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { DEMO_PEOPLE } from "../../../core/demo/demo-people.ts";
import { generateEcg } from "../../../core/demo/ecg-study.ts";
import { type HubUnderTest, lastLines, startHub } from "../../support/hub-under-test.ts";
import { createTestDataFolder } from "../../support/test-data-folder.ts";
import { openBrowser, type Person, seatPerson, signIn } from "./browser.ts";
import { writeStudy } from "./device.ts";
import { phantomStudy } from "./phantom-study.ts";

const DATE = "20261120";

/** A CT of the changbai centre, and an ECG of yanji: what the devices have to send. */
function makeStudies() {
  const ctPatient = DEMO_PEOPLE[9];
  const ct = phantomStudy({
    seed: "e2e-ct",
    slices: 9,
    patient: ctPatient,
    studyDate: DATE,
    studyTime: "101500",
    accessionNumber: "E2E-CT-1",
    institution: "长白社区卫生服务中心",
    stationName: "CT2",
  });
  const ecgPatient = DEMO_PEOPLE[5];
  const ecg = generateEcg({
    seed: "e2e-ecg",
    rhythm: "sinus",
    rateBpm: 75,
    noise: 0,
    patient: ecgPatient,
    studyDate: DATE,
    studyTime: "112000",
    accessionNumber: "E2E-ECG-1",
    institution: "延吉社区卫生服务中心",
    stationName: "ECG1",
  });
  return { ct, ctPatient, ctUid: ct[0]?.studyInstanceUid ?? "", ctDate: DATE, ecg, ecgPatient };
}

/** As it is said on pages: without the sign between family and given name. */
export function hanName(person: { readonly nameHan: string }): string {
  return person.nameHan.replace("^", "");
}

export interface District extends ReturnType<typeof makeStudies> {
  readonly hub: HubUnderTest;
  readonly browser: Browser;
  readonly folder: string;
  readonly ctFolder: string;
  readonly ecgFolder: string;
  /** Takes a seat with a browser context of its own, signs in and opens the page; the same person keeps the seat. */
  at(username: string, to: string, url?: string): Promise<Person>;
  /** Who has a seat already. */
  person(username: string): Person;
  /** The person closes the tab, whatever was going on in it, and opens this page in a new one. */
  reopen(username: string, to: string): Promise<Person>;
  /** Errors of pages and 5xx of the hub, of everybody. */
  faults(): string[];
  /** Ends all of it. After a failure the hub's log and a picture of each page stay, and it is said where. */
  close(failed: boolean): Promise<void>;
}

/** The whole: a hub with its demo district, a browser, people at their desks, files at the devices. */
export async function openDistrict(): Promise<District> {
  const folder = await mkdtemp(path.join(tmpdir(), "hub-e2e-"));
  const logFile = path.join(folder, "hub.log");
  const hub = await startHub({ dataDir: await createTestDataFolder(), logFile, until: "serving" });
  const browser = await openBrowser();
  const people = new Map<string, Person>();
  const studies = makeStudies();
  const ctFolder = path.join(folder, "ct");
  const ecgFolder = path.join(folder, "ecg");
  await writeStudy(ctFolder, studies.ct);
  await writeStudy(ecgFolder, [studies.ecg]);
  const person = (username: string): Person => {
    const found = people.get(username);
    if (found === undefined) throw new Error(`${username} has no seat yet`);
    return found;
  };
  return {
    ...studies,
    hub,
    browser,
    folder,
    ctFolder,
    ecgFolder,
    at: async (username, to, url = hub.url) => {
      const seated = await seatPerson(browser, url, username);
      people.set(username, seated);
      await signIn(seated, hub, to);
      return seated;
    },
    person,
    reopen: async (username, to) => {
      const { page: closed, ...before } = person(username);
      const page = await before.context.newPage();
      await closed.close();
      const seated = { ...before, page };
      people.set(username, seated);
      await page.goto(to);
      return seated;
    },
    faults: () =>
      [...people.values()].flatMap(({ username, faults }) => faults.map((fault) => `${username}: ${fault}`)),
    close: async (failed) => {
      if (failed) {
        const kept = path.join(tmpdir(), `hub-e2e-failed-${Date.now()}`);
        for (const { username, context } of people.values())
          for (const [index, page] of context.pages().entries())
            await page.screenshot({ path: path.join(kept, `${username}-${index}.png`) }).catch(() => undefined);
        await cp(logFile, path.join(kept, "hub.log"));
        console.error(`pages and the hub's log are kept in ${kept}; its last lines:\n${await lastLines(logFile)}`);
      }
      await browser.close();
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
