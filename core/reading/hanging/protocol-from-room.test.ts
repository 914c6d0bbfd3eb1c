import { expect, it } from "vitest";
import { examForTests } from "./exam-for-tests.ts";
import { hangSeries } from "./hang-series.ts";
import { HangingProtocol } from "./hanging-protocol.ts";
import { protocolFromRoom } from "./protocol-from-room.ts";

const thin = { description: "Chest thin 肺窗", kernel: "B70f", thicknessMm: 1 };
const soft = { description: "Chest 5.0 纵隔", kernel: "B30f", thicknessMm: 5 };
const exam = examForTests("胸部CT平扫", [soft, thin]);

const saved = protocolFromRoom(
  {
    layout: { rows: 1, columns: 3 },
    viewports: [
      { series: exam.series[1], window: { center: -600, width: 1500 }, link: 1 },
      { series: exam.series[0], window: { center: 55, width: 333 }, link: 1 },
      { series: exam.series[0], window: undefined, link: null },
    ],
  },
  exam,
  { name: "我的胸部", author: "" },
);

it("is a protocol for this kind of examination", () => {
  expect(HangingProtocol.parse(saved)).toEqual(saved);
  expect(saved.match).toMatchObject({ modalities: ["CT"], regions: ["chest"] });
  expect(saved.viewports.map(({ window }) => window)).toEqual(["lung", { center: 55, width: 333 }, "file"]);
});

it("hangs the same examination as it stood", () => {
  expect(hangSeries(saved, exam)).toEqual([
    { seriesInstanceUid: thin.description, from: "study", window: { center: -600, width: 1500 }, link: 1 },
    { seriesInstanceUid: soft.description, from: "study", window: { center: 55, width: 333 }, link: 1 },
    { seriesInstanceUid: soft.description, from: "study", window: null, link: null },
  ]);
});

it("hangs another scanner's by how its series were made", () => {
  const other = examForTests("胸部CT平扫", [
    { description: "STND 5mm", kernel: "STANDARD", thicknessMm: 5 },
    { description: "LUNG 1.25", kernel: "LUNG", thicknessMm: 1.25 },
  ]);
  expect(hangSeries(saved, other).map(({ seriesInstanceUid }) => seriesInstanceUid)).toEqual([
    "LUNG 1.25",
    "STND 5mm",
    "STND 5mm",
  ]);
});
