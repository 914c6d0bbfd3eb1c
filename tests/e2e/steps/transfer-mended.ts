import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { freePort } from "../../../core/infra/embedded/free-port.ts";
import { withBitPreservingStorescp } from "../../dimse/dcmtk.ts";
import { choose } from "../support/choose.ts";
import { pushFolder } from "../support/device.ts";
import type { District } from "../support/district.ts";
import { words } from "../support/words.ts";

const PACS = "PACS_E2E";
const SITE = "延吉社区卫生服务中心";

/**
 * The administrator registers a PACS and has the centre's studies sent on to it. It is not running: the page says so in words.
 * It is held, started, the transfer asked for again, and once it is resumed it is done.
 */
export async function transferMended(district: District): Promise<void> {
  const port = await freePort();
  const { page } = await district.at("admin", "/admin/devices");
  await page.getByRole("button", { name: words("admin.device.add") }).click();
  const device = page.getByRole("dialog");
  await device.getByLabel(words("admin.device.title"), { exact: true }).fill(PACS);
  await choose(page, device.getByRole("combobox", { name: words("admin.site") }), SITE);
  await device.getByLabel(words("admin.device.host"), { exact: true }).fill("127.0.0.1");
  await device.getByLabel(words("admin.device.port"), { exact: true }).fill(String(port));
  await device.getByRole("button", { name: words("common.save") }).click();
  await page.getByRole("row").filter({ hasText: PACS }).waitFor();

  await page.goto("/admin/transfers?view=rules");
  await page.getByText(words("rule.forward.none")).waitFor();
  await page.getByRole("button", { name: words("rule.forward.add") }).click();
  const rule = page.getByRole("dialog");
  await choose(page, rule.getByRole("combobox", { name: words("rule.site") }), SITE);
  await choose(page, rule.getByRole("combobox", { name: words("rule.destination") }), PACS);
  await rule.getByRole("button", { name: words("common.save") }).click();
  await page.getByRole("row").filter({ hasText: PACS }).waitFor();

  expect((await pushFolder(district.hub, "ECG_YANJI", district.ecgFolder)).code).toBe(0);
  await page.goto("/admin/transfers");
  const row = page.getByRole("row").filter({ hasText: PACS });
  const refused = words("failure.ECONNREFUSED");
  await row.getByText(words("destination.state.backing-off")).waitFor();
  await row.getByText(refused).first().waitFor();
  await row.getByRole("button", { name: words("destination.echo") }).click();
  await row.getByRole("status").filter({ hasText: refused }).waitFor();

  // held, so that it does not come back by itself while one looks
  await row.getByRole("button", { name: words("destination.hold") }).click();
  const hold = page.getByRole("dialog");
  await hold.getByLabel(words("destination.hold.reason")).fill("更换交换机");
  await hold.getByRole("button", { name: words("destination.hold.do"), exact: true }).click();
  await row.getByText(words("destination.held-open", { reason: "更换交换机" })).waitFor();

  const folder = path.join(district.folder, "pacs");
  await mkdir(folder);
  await withBitPreservingStorescp(folder, port, async () => {
    await row.getByRole("button", { name: words("destination.echo") }).click();
    await row.getByText(words("destination.echo.ok", { ms: "#" }).split("#")[0] ?? "").waitFor();
    const show = (view: "list" | "destinations") =>
      page.getByTitle(words(`transfer.view.${view}`), { exact: true }).click();
    await show("list");
    const transfer = page.getByRole("row").filter({ hasText: district.ecg.studyInstanceUid });
    await transfer.getByText(refused).waitFor();
    await transfer.getByRole("button", { name: words("transfer.retry") }).click();
    await transfer.getByText(words("transfer.attempts", { count: 0 })).waitFor();
    await show("destinations");
    await row.getByRole("button", { name: words("destination.resume") }).click();
    await row.getByText(words("destination.state.running")).waitFor();
    await show("list");
    await transfer.getByText(words("transfer.state.done"), { exact: true }).waitFor();
    expect(await transfer.textContent()).toContain(words("transfer.progress.of", { done: 1, all: 1 }));
    expect((await readdir(folder)).length).toBeGreaterThan(0);
  });

  // and it is not deleted from under the rule
  await page.goto("/admin/devices");
  await page
    .getByRole("row")
    .filter({ hasText: PACS })
    .getByRole("button", { name: words("admin.device.delete") })
    .click();
  await page
    .getByRole("tooltip")
    .getByRole("button", { name: words("admin.device.delete") })
    .click();
  await page.getByRole("alert").filter({ hasText: PACS }).waitFor();
  await page.getByRole("row").filter({ hasText: PACS }).waitFor();

  await page.goto("/admin/audit");
  await page
    .getByRole("row")
    .filter({ hasText: words("audit.transfer.retry") })
    .first()
    .waitFor();
  await page
    .getByRole("row")
    .filter({ hasText: words("audit.forward-rule.save") })
    .first()
    .waitFor();
}
