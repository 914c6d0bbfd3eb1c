import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sealAudit, verifyAudit } from "../../core/infra/postgres/audit-chain.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";

let district: DemoDistrict;
beforeAll(async () => {
  district = await openDemoDistrict();
});
afterAll(() => district.close());

const line = (i: number) => ({
  actor: i % 2 === 0 ? "tech" : "hub",
  action: "study.view" as const,
  outcome: "done" as const,
  detail: { n: i, text: '汉字 "quoted"', nothing: null, yes: true },
});
const write = async (count: number) => {
  for (let i = 0; i < count; i++) await writeAudit(district.db, line(i));
};

/** As somebody with the owner's rights and no scruples. */
async function behindTheBack(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: district.databaseUrl });
  await client.connect();
  await client.query("SET session_replication_role = replica"); // no triggers
  await client.query(statement);
  await client.end();
}

/** Does it, looks, and puts it back from a copy. */
async function brokenBy(statement: string): Promise<string | null> {
  await behindTheBack("CREATE TABLE kept_event AS TABLE audit_event; CREATE TABLE kept_seal AS TABLE audit_seal");
  await behindTheBack(statement);
  const { brokenAt } = await verifyAudit(district.db);
  await behindTheBack(`DELETE FROM audit_event; DELETE FROM audit_seal;
    INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM kept_event; INSERT INTO audit_seal SELECT * FROM kept_seal;
    DROP TABLE kept_event, kept_seal`);
  expect((await verifyAudit(district.db)).brokenAt).toBeNull();
  return brokenAt;
}

describe("the chain of the audit", () => {
  test("seals what there is, in order, and verifies", async () => {
    await write(30);
    expect(await sealAudit(district.db)).toBe(30);
    expect(await sealAudit(district.db)).toBe(0);
    const { rows } = await sql<{ sequence: string; event_id: string }>`
      SELECT sequence, event_id FROM audit_seal ORDER BY sequence`.execute(district.db);
    expect(rows.map((row) => Number(row.sequence))).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(rows.map((row) => Number(row.event_id))).toEqual(
      rows.map((row) => Number(row.event_id)).toSorted((a, b) => a - b),
    );
    await write(1500); // more than one batch
    expect(await sealAudit(district.db)).toBe(1000);
    expect(await sealAudit(district.db)).toBe(500);
    expect(await verifyAudit(district.db)).toEqual({ sealed: 1530, unsealed: 0, brokenAt: null });
  });

  test("a line that was begun earlier and written later is sealed, too", async () => {
    const early = new pg.Client({ connectionString: district.databaseUrl });
    await early.connect();
    await early.query("BEGIN");
    await early.query("INSERT INTO audit_event (actor, action, outcome) VALUES ('slow', 'study.view', 'done')");
    await write(3);
    await sealAudit(district.db);
    await early.query("COMMIT");
    await early.end();
    expect(await sealAudit(district.db)).toBe(1);
    expect(await verifyAudit(district.db)).toMatchObject({ unsealed: 0, brokenAt: null });
  });

  test("two sealers at once make one chain", async () => {
    await write(50);
    const sealed = await Promise.all(Array.from({ length: 4 }, () => sealAudit(district.db)));
    await sealAudit(district.db);
    expect(sealed.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(50);
    expect(await verifyAudit(district.db)).toMatchObject({ unsealed: 0, brokenAt: null });
  });

  test.each([
    ["another actor", "UPDATE audit_event SET actor = 'somebody' WHERE id = 10"],
    ["another time, by a microsecond", "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = 10"],
    ["another outcome", "UPDATE audit_event SET outcome = 'refused' WHERE id = 10"],
    ["another detail", `UPDATE audit_event SET detail = '{"n":0}' WHERE id = 10`],
    ["a line gone", "DELETE FROM audit_event WHERE id = 10"],
    ["a line gone with its seal", "DELETE FROM audit_event WHERE id = 10; DELETE FROM audit_seal WHERE event_id = 10"],
  ])("%s is found where it happened", async (_what, statement) => {
    expect(await brokenBy(statement)).toBe("10");
  });

  test("two lines that changed places are found", async () => {
    const swap = `UPDATE audit_seal SET event_id = -1 WHERE event_id = 20; UPDATE audit_seal SET event_id = 20 WHERE event_id = 21;
      UPDATE audit_seal SET event_id = 21 WHERE event_id = -1`;
    expect(await brokenBy(swap)).toBe("20");
  });

  test.each([
    "UPDATE audit_event SET actor = 'x'",
    "DELETE FROM audit_event WHERE id = 1",
    "TRUNCATE audit_event",
    "UPDATE audit_seal SET hash = ''",
    "DELETE FROM audit_seal WHERE sequence = 1",
    "TRUNCATE audit_seal",
    "TRUNCATE report_version",
  ])("the owner himself is stopped: %s", async (statement) => {
    await expect(sql.raw(statement).execute(district.db)).rejects.toThrow("never changed");
  });

  test("a line stands or falls with what it speaks of", async () => {
    const before = await district.rowCount("audit_event");
    const failing = district.db.transaction().execute(async (tx) => {
      await writeAudit(tx, line(1));
      throw new Error("the thing itself failed");
    });
    await expect(failing).rejects.toThrow("itself");
    expect(await district.rowCount("audit_event")).toBe(before);
  });
});
