import { createHash } from "node:crypto";
import dicomParser, { type DataSet } from "dicom-parser";
import { describe, expect, test } from "vitest";
import { DEMO_NODULE } from "./chest-anatomy.ts";
import { generateCtStudy } from "./ct-study.ts";
import type { CtStudyOptions } from "./ct-study-options.ts";
import { DEMO_PEOPLE } from "./demo-people.ts";
import { CT_PHANTOM } from "./phantom-anatomy.ts";

const options = {
  seed: 1,
  body: "phantom",
  slices: 4,
  size: 256,
  patient: DEMO_PEOPLE[0],
  studyDate: "20261122",
  studyTime: "093000",
  accessionNumber: "A20261122001",
  institution: "延吉社区卫生服务中心",
  stationName: "CT1",
} as const satisfies CtStudyOptions;

function study(change: Partial<CtStudyOptions> = {}): { bytes: Buffer; dataSet: DataSet; uid: string }[] {
  return [...generateCtStudy({ ...options, ...change })].map(({ bytes, sopInstanceUid }) => ({
    bytes,
    dataSet: dicomParser.parseDicom(bytes),
    uid: sopInstanceUid,
  }));
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const hashes = (change: Partial<CtStudyOptions>): string[] => study(change).map(({ bytes }) => sha256(bytes));

/** HU of the pixel at a place in mm from the middle, by way of the file's own geometry and rescale. */
function huAt({ dataSet, bytes }: { dataSet: DataSet; bytes: Buffer }, x: number, y: number): number {
  const column = Math.round(
    (x - (dataSet.floatString("x00200032", 0) ?? 0)) / (dataSet.floatString("x00280030", 1) ?? 1),
  );
  const row = Math.round((y - (dataSet.floatString("x00200032", 1) ?? 0)) / (dataSet.floatString("x00280030", 0) ?? 1));
  const offset = dataSet.elements.x7fe00010?.dataOffset ?? 0;
  const stored = bytes.readUInt16LE(offset + (row * (dataSet.uint16("x00280011") ?? 0) + column) * 2);
  return stored * (dataSet.floatString("x00281053") ?? 0) + (dataSet.floatString("x00281052") ?? 0);
}

describe("generateCtStudy", () => {
  test.each(["chest", "head", "phantom"] as const)(
    "%s: the same options give the same bytes, another seed others",
    (body) => {
      const small = { body, size: 64, slices: 2, series: ["localizer", "thin", "soft"] } as const;
      expect(hashes(small)).toEqual(hashes(small));
      expect(hashes({ ...small, seed: 2 })).not.toEqual(hashes(small));
    },
  );

  test("phantom: HU are exact where they are known", () => {
    const [first] = study();
    if (!first) throw new Error("no slice");
    expect(huAt(first, -120, -120)).toBe(CT_PHANTOM.airHu);
    expect(huAt(first, 0, 0)).toBe(CT_PHANTOM.hu);
    for (const { x, y, hu } of CT_PHANTOM.inserts) expect(huAt(first, x, y)).toBe(hu);
    for (const { x, y } of CT_PHANTOM.pins) expect(huAt(first, x, y)).toBe(CT_PHANTOM.pinHu);
  });

  test("phantom: lengths and areas are true at any matrix", () => {
    for (const size of [128, 512]) {
      const [first] = study({ size });
      if (!first) throw new Error("no slice");
      // Along the line y = 0 the bone insert of 12 mm radius is 24 mm wide: pixels above 500 HU times their width.
      const spacing = first.dataSet.floatString("x00280030", 0) ?? 0;
      expect(spacing).toBe(256 / size);
      let wide = 0;
      let area = 0;
      for (let y = -20 + spacing / 2; y < 20; y += spacing) {
        for (let x = -90 + spacing / 2; x < -30; x += spacing) {
          if (huAt(first, x, y) < 500) continue;
          area += spacing * spacing;
          if (Math.abs(y - spacing / 2) < 1e-6) wide += spacing;
        }
      }
      expect(Math.abs(wide - 24)).toBeLessThanOrEqual(spacing);
      // π · 12² = 452.4 mm²
      expect(Math.abs(area - 452.4) / 452.4).toBeLessThan(0.03);
    }
  });

  test("slices lie one below the other by the spacing that is said", () => {
    const slices = study({ body: "chest", size: 32, slices: 6 });
    // 300 mm in 6 slices: 50 mm apart, 5 mm thick, the first in the middle of its 50 mm.
    expect(slices.map(({ dataSet }) => dataSet.floatString("x00200032", 2))).toEqual([
      -25, -75, -125, -175, -225, -275,
    ]);
    for (const { dataSet } of slices) {
      expect(dataSet.floatString("x00180088")).toBe(50);
      expect(dataSet.floatString("x00180050")).toBe(5);
      expect(dataSet.string("x00200037")).toBe("1\\0\\0\\0\\1\\0");
      expect(dataSet.floatString("x00200032", 2)).toBe(dataSet.floatString("x00201041"));
      // Middle of the plane at the origin: corner + 31/2 pixels of 11.25 mm = 0.
      expect((dataSet.floatString("x00200032", 0) ?? 0) + 15.5 * 11.25).toBe(0);
    }
    expect(new Set(slices.map(({ dataSet }) => dataSet.string("x00200052"))).size).toBe(1);
  });

  test("chest: lung, soft tissue, bone and the air around are what they should be", () => {
    const slices = study({ body: "chest", size: 256, slices: 60 });
    // Slice 28 of 60 lies at 300 · 28.5 / 60 = 142.5 mm.
    const slice = slices[28];
    if (!slice) throw new Error("no slice");
    const mean = (x: number, y: number): number => {
      let sum = 0;
      for (let i = -4; i <= 4; i++) for (let j = -4; j <= 4; j++) sum += huAt(slice, x + i * 1.5, y + j * 1.5);
      return sum / 81;
    };
    expect(Math.abs(mean(-160, -160) + 1000)).toBeLessThan(15);
    expect(mean(-100, 20)).toBeLessThan(-780);
    expect(mean(-100, 20)).toBeGreaterThan(-900);
    // Ascending aorta: blood.
    expect(Math.abs(mean(-12, -32) - 41)).toBeLessThan(12);
    // Vertebra.
    expect(mean(0, 46)).toBeGreaterThan(110);
  });

  test("chest: the nodule is where it is said to be, with air around it", () => {
    // One slice every 5 mm; the scan starts 12 mm above the apex, so the nodule's middle at 92 mm is in slice 20 (102.5 mm).
    const slice = study({ body: "chest", size: 256, slices: 60 })[20];
    if (!slice) throw new Error("no slice");
    const ring = [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => (eighth * Math.PI) / 4);
    const mean = (radius: number): number =>
      ring.reduce(
        (sum, a) => sum + huAt(slice, DEMO_NODULE.x + radius * Math.cos(a), DEMO_NODULE.y + radius * Math.sin(a)),
        0,
      ) / 8;
    expect(mean(1.5)).toBeGreaterThan(-60);
    expect(mean(10)).toBeLessThan(-600);
  });

  test("head: a bleeding is there only when asked for", () => {
    // 130 mm in 26 slices: 5 mm each; the bleeding's middle is at 72 mm, in slice 14.
    const at = (bleed: boolean): number => {
      const slice = study({ body: "head", size: 128, slices: 26, series: ["soft"], bleed })[14];
      if (!slice) throw new Error("no slice");
      let sum = 0;
      for (let x = 27; x < 36; x++) sum += huAt(slice, x, -3);
      return sum / 9;
    };
    expect(at(true)).toBeGreaterThan(58);
    expect(at(false)).toBeLessThan(48);
  });

  test("series: numbered, each with its own UID, one study and one frame of reference", () => {
    const instances = study({ body: "chest", size: 32, slices: 8, series: ["localizer", "thin", "soft"] });
    const bySeries = Object.groupBy(instances, ({ dataSet }) => dataSet.string("x0020000e") ?? "");
    expect(Object.values(bySeries).map((each) => each?.length)).toEqual([1, 8, 8]);
    expect(new Set(instances.map(({ dataSet }) => dataSet.string("x0020000d"))).size).toBe(1);
    expect(new Set(instances.map(({ uid }) => uid)).size).toBe(17);
    expect(instances[0]?.dataSet.string("x00080008")).toBe("ORIGINAL\\PRIMARY\\LOCALIZER");
    for (const { dataSet, uid } of instances) {
      expect(dataSet.string("x00080018")).toBe(uid);
      expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    }
  });

  test("distinct repeats pictures, never identifiers or places", () => {
    const instances = study({ body: "chest", size: 32, slices: 9, distinct: 3 });
    const pictures = instances.map(({ bytes, dataSet }) =>
      sha256(bytes.subarray(dataSet.elements.x7fe00010?.dataOffset)),
    );
    expect(new Set(pictures).size).toBe(3);
    expect(new Set(instances.map(({ uid }) => uid)).size).toBe(9);
    expect(new Set(instances.map(({ dataSet }) => dataSet.string("x00200032"))).size).toBe(9);
  });

  test("who and when stand as given; the age follows the birthday", () => {
    const read = (change: Partial<CtStudyOptions>, tag: string): string | undefined =>
      study({ slices: 1, size: 16, ...change })[0]?.dataSet.string(tag);
    expect(read({}, "x00080020")).toBe("20261122");
    expect(read({}, "x00080030")).toBe("093000");
    expect(read({}, "x00080050")).toBe("A20261122001");
    // Born 1949-03-09: 77 on 2026-11-22, 76 on 2026-03-08.
    expect(read({}, "x00101010")).toBe("077Y");
    expect(read({ studyDate: "20260308" }, "x00101010")).toBe("076Y");
    expect(read({ ageText: "" }, "x00101010")).toBeUndefined();
    // Just before midnight the clock stays on the day.
    expect(read({ studyTime: "235950" }, "x00080033")).toBe("235959");
  });

  test.each(["ISO_IR 192", "GB18030", "GBK"] as const)("the name in %s", (charset) => {
    const [first] = study({ slices: 1, size: 16, charset });
    const element = first?.dataSet.elements.x00100010;
    const bytes = first?.bytes.subarray(element?.dataOffset, (element?.dataOffset ?? 0) + (element?.length ?? 0));
    const decoder = new TextDecoder(charset === "ISO_IR 192" ? "utf-8" : charset.toLowerCase());
    expect(decoder.decode(bytes).trim()).toBe("Jin^Shunyu=金^顺玉");
    expect(first?.dataSet.string("x00080005")).toBe(charset);
  });

  test("the character set can be said wrongly, as in the field", () => {
    const [first] = study({ slices: 1, size: 16, charset: "GBK", declaredCharset: "ISO_IR 100" });
    expect(first?.dataSet.string("x00080005")).toBe("ISO_IR 100");
    // 金 in GBK is BD F0.
    expect(first?.bytes.includes(Buffer.from("bdf0", "hex"))).toBe(true);
  });
});
