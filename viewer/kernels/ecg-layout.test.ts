import { describe, expect, it, test } from "vitest";
import { type EcgPageRequest, planEcgPage } from "./ecg-layout.ts";

const TWELVE = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
const leads = TWELVE.map((name) => ({ name, startS: 0, endS: 10 }));

const plan = (more: Partial<EcgPageRequest>) =>
  planEcgPage({
    layout: "3x4+1",
    focus: null,
    leads,
    fromS: 0,
    paperSpeedMmPerS: 25,
    gainMmPerMv: 10,
    ...more,
  });

describe("planEcgPage", () => {
  test.each([
    // layout, boxes, rows, width of a column in mm at 25 mm/s: 10 s / columns × 25
    ["3x4+1", 13, 4, 62.5],
    ["3x4+3", 15, 6, 62.5],
    ["6x2", 12, 6, 125],
    ["12x1", 12, 12, 250],
  ] as const)("%s: %i boxes in %i rows, columns of %f mm", (layout, boxes, rows, columnMm) => {
    const page = plan({ layout });
    expect(page.boxes).toHaveLength(boxes);
    expect(page.pulses).toHaveLength(rows);
    expect(page.boxes[0]?.widthMm).toBe(columnMm);
    // 6 + 9 (pulse) + 250 + 6: fits A4 landscape, 297 × 210
    expect(page.widthMm).toBe(271);
    expect(page.heightMm).toBeLessThanOrEqual(200);
  });

  test.each([
    // speed, seconds a page, width of the page 6 + (pulse + 4) + s × v + 6, width of a 3 × 4 column s / 4 × v
    [25, 10, 271, 62.5],
    [50, 10, 526, 125],
    [12.5, 20, 269, 62.5],
  ] as const)("%f mm/s", (paperSpeedMmPerS, seconds, widthMm, columnMm) => {
    const page = plan({ paperSpeedMmPerS });
    expect([page.seconds, page.widthMm, page.boxes[0]?.widthMm]).toEqual([seconds, widthMm, columnMm]);
  });

  it("puts leads in their places: columns follow one another in time, the rhythm runs below them all", () => {
    const { boxes } = plan({});
    const at = (lead: string, kind: string) => boxes.find((box) => box.lead === lead && box.kind === kind);
    expect(at("I", "strip")).toMatchObject({ xMm: 15, startS: 0, topMm: 26 });
    expect(at("aVF", "strip")).toMatchObject({ xMm: 77.5, startS: 2.5, topMm: 106 });
    expect(at("V4", "strip")).toMatchObject({ xMm: 202.5, startS: 7.5, seconds: 2.5 });
    expect(at("II", "rhythm")).toMatchObject({ xMm: 15, startS: 0, seconds: 10, topMm: 146 });
  });

  test.each([5, 10, 20] as const)("a pulse of 1 mV is %i mm tall and stands on the baseline", (gainMmPerMv) => {
    const page = plan({ gainMmPerMv });
    for (const [row, pulse] of page.pulses.entries())
      expect(pulse).toMatchObject({ heightMm: gainMmPerMv, widthMm: 5, baselineMm: 26 + row * 40 + 22 });
  });

  it("shows what there is of a lead stored for 2.5 s only, and starts it in its column", () => {
    // columns want V1 at 5 s; a device gave it from 0 to 2.5 s, or at 5 to 7.5 s
    const early = leads.map((lead) => ({ ...lead, endS: 2.5 }));
    expect(plan({ leads: early }).boxes.find(({ lead }) => lead === "V1")?.startS).toBe(0);
    const placed = leads.map((lead) => (lead.name === "V1" ? { ...lead, startS: 5, endS: 7.5 } : lead));
    expect(plan({ leads: placed }).boxes.find(({ lead }) => lead === "V1")?.startS).toBe(5);
  });

  it("leaves the place of a missing lead, and says so", () => {
    const page = plan({ leads: leads.filter(({ name }) => name !== "V3") });
    expect(page.boxes.filter(({ present }) => !present).map(({ lead }) => lead)).toEqual(["V3"]);
  });

  it("gives every lead a row, others after the twelve; a Holter's three are three rows", () => {
    const more = [...leads, { name: "V4R", startS: 0, endS: 10 }];
    expect(plan({ layout: "12x1", leads: more }).boxes.map(({ lead }) => lead)).toEqual([...TWELVE, "V4R"]);
    const three = ["CM5", "CC5", "Resp"].map((name) => ({ name, startS: 0, endS: 3600 }));
    expect(plan({ layout: "12x1", leads: three }).boxes.map(({ lead }) => lead)).toEqual(["CM5", "CC5", "Resp"]);
  });

  it("breaks one lead into rows of 5 s", () => {
    const page = plan({ focus: "V2", fromS: 20, leads: [{ name: "V2", startS: 0, endS: 60 }] });
    expect(page.boxes.map(({ lead, startS, seconds, xMm }) => [lead, startS, seconds, xMm])).toEqual([
      ["V2", 20, 5, 15],
      ["V2", 25, 5, 15],
    ]);
  });
});
