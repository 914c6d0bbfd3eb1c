import { afterAll, beforeAll, expect, it } from "vitest";
import { noteRejectedAssociations } from "../../core/infra/postgres/note-rejected-association.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";
import { runDcmtk } from "./dcmtk.ts";
import { openHubPort } from "./hub-port.ts";

let district: DemoDistrict;
beforeAll(async () => {
  district = await openDemoDistrict();
});
afterAll(() => district.close());

const refusals = () =>
  district.db.selectFrom("audit_event").selectAll().where("action", "=", "association.open").orderBy("id").execute();

it("a device that is turned away stands in the audit, once in ten minutes for the same cause", async () => {
  let now = 1_000_000;
  const lost: unknown[] = [];
  const note = noteRejectedAssociations(
    district.db,
    (error) => lost.push(error),
    () => now,
  );
  const hub = await openHubPort({ onRejected: note });
  const echo = (title: string) =>
    runDcmtk("echoscu", ["-aet", title, "-aec", "HUB", "127.0.0.1", String(hub.port)]).catch(() => undefined);
  await echo("NOBODY");
  await echo("NOBODY");
  await echo("NOBODY_ELSE");
  await expect.poll(refusals).toMatchObject(
    ["NOBODY", "NOBODY_ELSE"].map((actor) => ({
      actor,
      outcome: "refused",
      detail: { rejection: "calling-ae-title-not-recognized", remoteAddress: expect.stringContaining("127.0.0.1") },
    })),
  );
  now += 600_000;
  await echo("NOBODY");
  await expect.poll(refusals).toHaveLength(3);
  expect(lost).toEqual([]);
});

it("a stranger with ever new titles does not fill the audit", async () => {
  const before = (await refusals()).length;
  const note = noteRejectedAssociations(
    district.db,
    () => undefined,
    () => 5_000_000,
  );
  for (let i = 0; i < 700; i++)
    note({ callingAeTitle: `X${i}`, rejection: "calling-ae-title-not-recognized", remoteAddress: "127.0.0.1" });
  await expect.poll(refusals, { timeout: 10_000 }).toHaveLength(before + 500);
});
