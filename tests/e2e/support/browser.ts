import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { HubUnderTest } from "../../support/hub-under-test.ts";
import { words } from "./words.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const PLACES = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/local/bin"];

function executablePath(): string {
  for (const folder of PLACES) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not here
      }
    }
  }
  throw new Error("no Chromium on PATH: `npm test` installs it on Debian, else install it by hand");
}

/** Real Chromium, quiet: it speaks to nobody but the hub. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath(),
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-gpu"],
  });
}

/** One person at one machine: a browser context of its own, with what went wrong on its pages. */
export interface Person {
  readonly username: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Uncaught errors, and answers of the hub with 5xx. */
  readonly faults: string[];
}

/** Gives a person a machine, with the screen of a small laptop. `url` is where the hub is for it. */
export async function seatPerson(browser: Browser, url: string, username: string): Promise<Person> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1366, height: 768 },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
  });
  context.setDefaultTimeout(60_000);
  const faults: string[] = [];
  context.on("page", (page) => watchPage(page, faults));
  const page = await context.newPage();
  return { username, context, page, faults };
}

function watchPage(page: Page, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
}

/** Types name and password on the sign-in page, to which the page asked for has led. */
export async function signIn({ page, username }: Person, hub: HubUnderTest, to: string): Promise<void> {
  await page.goto(to);
  await page.getByLabel(words("sign-in.username")).fill(username);
  await page.getByLabel(words("sign-in.password"), { exact: true }).fill(hub.password);
  await page.getByRole("button", { name: words("sign-in.submit") }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
