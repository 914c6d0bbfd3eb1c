import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DomainError } from "../../core/errors.ts";
import { identityDifference, isNothing } from "../../core/patient/identity-difference.ts";
import type { ChangeRequest } from "../../core/patient/patient-change.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { identityRows, keyOf, makeAs, studyOf, undoAs } from "../support/patient-desk.ts";
import { requestedTask } from "../support/reading-desk.ts";

const PATIENTS = [
  { patientId: "P-1", name: "Wang^Yi=王^一" },
  { patientId: "P-2", name: "Wang^Er=王^二" },
  { patientId: "P-3", name: "王^三" },
] as const;

let district: DemoDistrict;
const keys: string[] = [];
const studies: string[] = [];

beforeAll(async () => {
  district = await openDemoDistrict();
  for (const source of [YANJI, CHANGBAI])
    for (const patient of PATIENTS)
      for (const _ of [1, 2]) studies.push((await studyOf(district, patient, source)).study);
  for (const site of ["yanji", "changbai"])
    for (const { patientId } of PATIENTS) keys.push(await keyOf(district, site, patientId));
  // tasks, so that there are priors; and a conflict
  await requestedTask(district, studies[0] as string, "tech");
  await requestedTask(district, studies[9] as string, "tech2");
  await studyOf(district, { ...PATIENTS[1], study: studies[2] as string, number: 2 });
  await studyOf(district, { ...PATIENTS[2], study: studies[4] as string, name: "Wang^San=王^叁", number: 2 });
});
afterAll(() => district.close());

const place = fc.nat(100);
const fields = fc.record(
  {
    name: fc.record({
      ideographic: fc.constantFrom("", "李^四", "𠮷^野"),
      alphabetic: fc.constantFrom("", "Li^Si", "Yoshi^No"),
      phonetic: fc.constant(""),
    }),
    patientId: fc.constantFrom("P-1", "P-2", "N-1", "N-2", "n%_1\\"),
    birthDate: fc.constantFrom("", "19560401", "20260301", "20270101"),
    sex: fc.constantFrom("", "M", "F", "O"),
  },
  { requiredKeys: [] },
);
const wish = fc.oneof(
  fc.record({ kind: fc.constant("merge" as const), one: place, two: place, fields }),
  fc.record({ kind: fc.constant("link" as const), one: place, two: place, fields }),
  fc.record({ kind: fc.constant("move" as const), one: place, two: place, fields }),
  fc.record({ kind: fc.constant("correct" as const), one: place, two: place, fields }),
  fc.record({ kind: fc.constant("correct-study" as const), one: place, two: place, fields }),
);
type Wish = { readonly kind: string; readonly one: number; readonly two: number; readonly fields: object };

function requestOf({ kind, one, two, fields }: Wish): ChangeRequest {
  const key = (n: number) => keys[n % keys.length] as string;
  const studyInstanceUid = studies[one % studies.length] as string;
  switch (kind) {
    case "merge":
      return { kind, patientKey: key(one), intoKey: key(two) };
    case "link":
      return { kind, patientKey: key(one), withKey: key(two) };
    case "move":
      return { kind, studyInstanceUid, toKey: key(two) };
    case "correct":
      return { kind, patientKey: key(one), fields };
    default:
      return { kind: "correct", studyInstanceUid, fields };
  }
}

/** Null when the hub refuses, in a word of its own. */
async function tried<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

describe("patient changes", () => {
  test("any changes, undone from the last to the first, give back every row as it was after each", async () => {
    let [done, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 5 }), async (wishes) => {
        const stack: { readonly id: string; readonly before: unknown }[] = [];
        const start = await identityRows(district);
        try {
          for (const each of wishes) {
            const before = await identityRows(district);
            const id = await tried(makeAs(district, "admin", requestOf(each)));
            if (id === null) {
              refused++;
              expect(await identityRows(district)).toEqual(before); // a refusal leaves nothing behind
            } else {
              done++;
              stack.push({ id, before });
            }
          }
        } finally {
          while (stack.length > 0) {
            const last = stack.pop();
            if (!last) break;
            await undoAs(district, "admin", last.id);
            expect(await identityRows(district)).toEqual(last.before);
          }
        }
        expect(await identityRows(district)).toEqual(start);
      }),
      { numRuns: 60 },
    );
    expect(done).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(5);
  }, 180_000);

  test("in whatever order they are undone, as far as they may be, nothing is left in the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wish, { minLength: 2, maxLength: 5 }),
        fc.array(place, { maxLength: 12 }),
        async (wishes, order) => {
          const start = await identityRows(district);
          const open: string[] = [];
          for (const each of wishes) {
            const id = await tried(makeAs(district, "admin", requestOf(each)));
            if (id !== null) open.push(id);
          }
          for (const n of order) {
            const id = open[n % Math.max(1, open.length)];
            if (id !== undefined && (await tried(undoAs(district, "admin", id).then(() => true))))
              open.splice(open.indexOf(id), 1);
          }
          for (const id of open.toReversed()) await undoAs(district, "admin", id);
          expect(await identityRows(district)).toEqual(start);
        },
      ),
      {
        numRuns: 60,
        // a link is undone before the change that took a prior away which the link alone had given
        examples: [
          [
            [
              { kind: "link", one: 5, two: 0, fields: {} },
              { kind: "merge", one: 4, two: 3, fields: {} },
              { kind: "correct-study", one: 0, two: 0, fields: { patientId: "N-1" } },
            ],
            [0, 1],
          ],
        ],
      },
    );
  }, 180_000);
});

test("what is the same before and after is no difference", () => {
  const study = {
    studyInstanceUid: "1.2",
    siteId: "yanji",
    studyDate: "20260315",
    description: "",
    modalities: ["CT"],
    patientKey: "1",
    shown: { name: "王一", nameLatin: "Wang Yi", patientId: "P-1", birthDate: "", sex: "M", age: "" },
    hasConflict: false,
    isReported: true,
    isBeingRead: false,
    priorAt: ["qzx"],
    sentOnTo: ["PACS"],
  };
  const snapshot = { studies: [study], patients: [] };
  expect(isNothing(identityDifference(snapshot, snapshot))).toBe(true);
  const after = { ...snapshot, studies: [{ ...study, patientKey: "2", priorAt: ["xdzx"] }] };
  expect(identityDifference(snapshot, after)).toMatchObject({
    fields: [],
    studyCount: 1,
    signedReports: 1,
    priorsGiven: 1,
    priorsTaken: 1,
  });
  // what goes out is the same: nothing is sent again
  expect(identityDifference(snapshot, after)).not.toHaveProperty("sentAgain");
  const renamed = { ...snapshot, studies: [{ ...study, shown: { ...study.shown, name: "王二" } }] };
  expect(identityDifference(snapshot, renamed)).toMatchObject({ sentAgain: 1, sentAgainTo: ["PACS"] });
});
