import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addPriorRule } from "../../bin/commands/prior-commands.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { completeStudyOf } from "../support/reading-desk.ts";

let district: DemoDistrict;
beforeAll(async () => {
  district = await openDemoDistrict();
});
afterAll(() => district.close());

/** `npm run hub -- …` on the district's archive. */
async function hub(...args: readonly string[]) {
  const file = path.join(import.meta.dirname, "../../bin/hub.ts");
  const env = { ...process.env, DATABASE_URL: district.databaseUrl, HUB_DATA: district.dataDir };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { env });
    return { code: 0, says: stdout.trim() };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, says: `${stdout}${stderr}`.trim() };
  }
}

test("hub forward add refuses a destination whose institution may not see the studies, in plain words and in the audit", async () => {
  const place = ["--host", "127.0.0.1", "--port", "104"];
  for (const [title, site] of [
    ["ELSEWHERE", "changbai"],
    ["CENTRE", "qzx"],
  ] as const)
    expect((await hub("ae", "add", title, "--site", site, ...place)).code).toBe(0);
  const refused = await hub("forward", "add", "ELSEWHERE", "--site", "yanji");
  expect(refused).toEqual({ code: 1, says: expect.stringContaining("The institution of ELSEWHERE may not see") });
  const lines = () =>
    district.db
      .selectFrom("audit_event")
      .select(["outcome", "detail"])
      .where("action", "=", "forward-rule.save")
      .where("outcome", "=", "refused")
      .execute();
  expect(await lines()).toEqual([
    { outcome: "refused", detail: { siteId: "yanji", source: "", modality: "*", destination: "ELSEWHERE" } },
  ]);
  // what yanji's studies are routed to may see them once it is asked
  expect((await hub("forward", "add", "CENTRE", "--site", "yanji")).code).toBe(0);
  await district.db.deleteFrom("forward_rule").where("destination", "=", "CENTRE").execute();
});

test("hub priors keeps the rules of where earlier studies come from, and fetches for one study", async () => {
  const place = ["--host", "127.0.0.1", "--port", "104"];
  const add = ["priors", "add", "--site", "yanji", "--from", "ARCHIVE"];
  expect((await hub("ae", "add", "ARCHIVE", "--site", "yanji", ...place, "--max-outgoing", "3")).code).toBe(0);
  expect(await findDestination(district.db, "ARCHIVE")).toMatchObject({ maxOutgoing: 3 });
  expect((await hub(...add)).code).toBe(0);
  expect((await hub(...add, "--modality", "CT", "--years", "5", "--limit", "3", "--issuer", "HIS")).code).toBe(0);
  expect((await hub(...add, "--modality", "CT", "--years", "2")).code).toBe(0); // the same rule anew
  expect(await hub("priors", "list")).toEqual({
    code: 0,
    says: [
      "yanji from ARCHIVE, modality *: at most 10, of any age",
      "yanji from ARCHIVE, modality CT: at most 10, of the last 2 years",
    ].join("\n"),
  });
  for (const [wrong, where] of [
    [{ site: "changbai" }, "--from"], // patient IDs of another issuer
    [{ from: "CT_YANJI" }, "--from"], // nobody has said where it is
    [{ site: "nowhere" }, "--site"],
    [{ modality: "c;t" }, "--modality"],
    [{ years: "0" }, "--years"],
    [{ limit: "101" }, "--limit"],
    [{ issuer: "H*" }, "--issuer"],
  ] as const)
    await expect(addPriorRule(district.db, [], { site: "yanji", from: "ARCHIVE", ...wrong })).rejects.toMatchObject({
      code: "request-invalid",
      detail: { where },
    });

  const uid = await completeStudyOf(district, YANJI);
  const elsewhere = await completeStudyOf(district, CHANGBAI);
  expect(await hub("priors", "fetch", uid)).toEqual({ code: 0, says: "1 to be asked" });
  const jobs = await district.db.selectFrom("outbox").select("name").where("name", "=", "fetch-priors").execute();
  expect(jobs).toHaveLength(1);
  expect(await hub("priors", "fetch", elsewhere)).toEqual({
    code: 1,
    says: expect.stringContaining("no rule"),
  });
  expect((await hub("priors", "fetch", "1.2.3")).code).toBe(1);

  expect((await hub("priors", "remove", "--site", "yanji", "--from", "ARCHIVE", "--modality", "CT")).code).toBe(0);
  expect((await hub("priors", "remove", "--site", "yanji", "--from", "ARCHIVE", "--modality", "CT")).code).toBe(1);
  expect((await hub("priors", "list")).says).toBe("yanji from ARCHIVE, modality *: at most 10, of any age");
});
