import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { SHIPPED_PROTOCOLS } from "../../core/reading/hanging/shipped-protocols.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { createTestRedis } from "../support/test-redis.ts";

let district: DemoDistrict;
let hub: HttpHub;

beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

const CHEST = SHIPPED_PROTOCOLS[0]?.protocol;
const mine = (name: string, change: object = {}) => ({ ...CHEST, name: { zh: name, en: name }, ...change });

const hanging = async (who: string) =>
  PAYLOADS.getHanging.answer.parse((await hub.call("getHanging", await hub.signIn(who))).body);
const save = async (who: string, body: unknown) => hub.call("saveHangingProtocol", await hub.signIn(who), { body });
const choose = async (who: string, examKind: string, protocolId: string) =>
  hub.call("chooseHangingProtocol", await hub.signIn(who), { params: { examKind }, body: { protocolId } });
const remove = async (who: string, protocolId: string) =>
  hub.call("deleteHangingProtocol", await hub.signIn(who), { params: { protocolId } });
const saved = async (who: string, body: unknown) => {
  const { status, body: answer } = await save(who, body);
  expect(status).toBe(200);
  return PAYLOADS.saveHangingProtocol.answer.parse(answer);
};

test("a choice is kept by kind of examination, the last one counts, and each has one's own", async () => {
  expect(await hanging("radiologist")).toEqual({ own: [], choices: [] });
  expect((await choose("radiologist", "CT.chest", "hub.one")).status).toBe(204);
  expect((await choose("radiologist", "CT.head", "hub.head-trauma")).status).toBe(204);
  expect((await choose("radiologist", "CT.chest", "hub.chest")).status).toBe(204);
  expect((await choose("reviewer", "CT.chest", "hub.four")).status).toBe(204);
  expect((await hanging("radiologist")).choices.toSorted((a, b) => (a.examKind < b.examKind ? -1 : 1))).toEqual([
    { examKind: "CT.chest", protocolId: "hub.chest" },
    { examKind: "CT.head", protocolId: "hub.head-trauma" },
  ]);
  expect((await hanging("reviewer")).choices).toEqual([{ examKind: "CT.chest", protocolId: "hub.four" }]);
});

test("one's own protocol is kept with who wrote it; the same name takes its place", async () => {
  const first = await saved("reviewer", mine("双窗", { author: "somebody else" }));
  const { displayName } = await district.actor("reviewer");
  expect(first.protocol).toEqual({ ...mine("双窗"), author: displayName });
  const again = await saved("reviewer", mine("双窗", { match: { ...CHEST?.match, regions: ["abdomen"] } }));
  expect(again.id).toBe(first.id);
  const { own } = await hanging("reviewer");
  expect(own).toEqual([again]);
  expect(own[0]?.protocol.match.regions).toEqual(["abdomen"]);
});

test("another's protocol is neither seen, chosen, deleted nor written over", async () => {
  const { id } = await saved("ecg", mine("我的"));
  expect((await hanging("radiologist")).own).toEqual([]);
  expect(await choose("radiologist", "CT.chest", id)).toMatchObject({
    status: 400,
    body: { code: "request-invalid", detail: { where: "protocolId" } },
  });
  expect((await remove("radiologist", id)).status).toBe(404);
  const other = await saved("radiologist", mine("我的"));
  expect(other.id).not.toBe(id);
  expect((await hanging("ecg")).own.map((each) => each.id)).toEqual([id]);
  await remove("radiologist", other.id);
});

test("row-level security holds whatever a statement says", async () => {
  const [reader, owner] = [await district.actor("radiologist"), await district.actor("ecg")];
  const seen = await asActor(district.db, reader, (tx) =>
    tx.selectFrom("hanging_protocol").select("account_id").execute(),
  );
  expect(seen).toEqual([]);
  const changed = await asActor(district.db, reader, async (tx) => [
    await tx.updateTable("hanging_protocol").set({ name: "x" }).executeTakeFirst(),
    await tx.deleteFrom("hanging_choice").where("account_id", "=", owner.accountId).executeTakeFirst(),
  ]);
  expect(changed).toMatchObject([{ numUpdatedRows: 0n }, { numDeletedRows: 0n }]);
  await expect(
    asActor(district.db, reader, (tx) =>
      sql`INSERT INTO hanging_choice (account_id, exam_kind, protocol_id) VALUES (${owner.accountId}, 'CT.neck', 'hub.one')`.execute(
        tx,
      ),
    ),
  ).rejects.toThrow(/row-level security/);
});

test("with a deleted protocol its choices go", async () => {
  const { id } = await saved("radiologist", mine("暂用"));
  await choose("radiologist", "CT.spine", id);
  expect((await hanging("radiologist")).choices).toContainEqual({ examKind: "CT.spine", protocolId: id });
  expect((await remove("radiologist", id)).status).toBe(204);
  const after = await hanging("radiologist");
  expect(after.own).toEqual([]);
  expect(after.choices.some(({ protocolId }) => protocolId === id)).toBe(false);
  expect((await remove("radiologist", id)).status).toBe(404);
});

test("what is no protocol, no kind and no choice is refused", async () => {
  expect((await save("radiologist", mine("x", { layout: { rows: 4, columns: 1 } }))).status).toBe(400);
  expect((await save("radiologist", mine("x", { viewports: [] }))).status).toBe(400);
  expect((await save("radiologist", mine(" "))).status).toBe(400);
  expect((await choose("radiologist", "CT.soul", "hub.one")).status).toBe(400);
  expect((await choose("radiologist", "CT.chest", "hub.none-such")).status).toBe(400);
  expect((await hub.call("getHanging", null)).status).toBe(401);
});

test("there is an end to how many one can keep, also when many pages save at once", async () => {
  const answers = await Promise.all(Array.from({ length: 33 }, (_, n) => save("gp", mine(`第 ${n} 个`))));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
  expect(answers.find(({ status }) => status !== 200)).toMatchObject({
    status: 409,
    body: { code: "hanging-protocols-full", detail: { most: 30 } },
  });
  const { own } = await hanging("gp");
  expect(own).toHaveLength(30);
  expect((await save("gp", own[0]?.protocol)).status).toBe(200); // one of them, changed, is no new one
});
