import { describe, expect, it } from "vitest";
import { chooseProtocol, offeredProtocols } from "./choose-protocol.ts";
import { type Exam, examKind } from "./exam.ts";
import { examForTests, LOCALIZER, MPR, SECONDARY_CAPTURE, type SeriesForTests, seriesOf } from "./exam-for-tests.ts";
import { hangSeries } from "./hang-series.ts";
import type { HangingProtocol } from "./hanging-protocol.ts";
import { seriesFacts } from "./series-facts.ts";
import { SHIPPED_PROTOCOLS } from "./shipped-protocols.ts";

/** The protocol that is chosen, then the description of the series in each viewport with its window. */
function hung(exam: Exam, chosenId?: string): readonly string[] {
  const chosen = chooseProtocol(SHIPPED_PROTOCOLS, exam, chosenId);
  if (!chosen) return [];
  const viewports = hangSeries(chosen.protocol, exam);
  return [
    chosen.id,
    ...viewports.map(({ seriesInstanceUid, from, window }) =>
      [seriesInstanceUid ?? "-", window ? `${window.width}/${window.center}` : "file", from === "prior" ? "prior" : ""]
        .filter((part) => part !== "")
        .join(" | "),
    ),
  ];
}

const doseReport: SeriesForTests = {
  description: "Dose Report",
  frames: 1,
  plane: "none",
  sopClassUid: SECONDARY_CAPTURE,
  imageType: ["DERIVED", "SECONDARY", "SCREEN SAVE"],
};
const topogram: SeriesForTests = {
  description: "Topogram  0.6  T80s",
  frames: 1,
  plane: "coronal",
  imageType: LOCALIZER,
};

describe("chest", () => {
  it("lungs in the thin slices of the edge kernel, mediastinum in the smooth ones (Siemens, English)", () => {
    const exam = examForTests("Thorax^ThorRoutine (Adult)", [
      topogram,
      { description: "ThorRoutine  5.0  B30f", kernel: "B30f", thicknessMm: 5 },
      { description: "ThorRoutine  1.0  B70f", kernel: "B70f", thicknessMm: 1, frames: 320 },
      { description: "ThorRoutine  1.0  B30f", kernel: "B30f", thicknessMm: 1, frames: 320 },
      { description: "Patient Protocol", frames: 1, plane: "none", sopClassUid: SECONDARY_CAPTURE },
    ]);
    expect(hung(exam)).toEqual(["hub.chest", "ThorRoutine  1.0  B70f | 1500/-600", "ThorRoutine  5.0  B30f | 400/40"]);
    expect(examKind(exam)).toBe("CT.chest");
  });

  it("by Chinese words alone, where no kernel is said; 定位像 and 剂量 stay out", () => {
    const exam = examForTests("胸部CT平扫", [
      { description: "定位像", frames: 2, plane: "none" },
      { description: "胸部 肺窗 5mm" },
      { description: "胸部 纵隔窗 5mm" },
      { description: "胸部 薄层肺窗", frames: 300 },
      { description: "骨窗" },
      { description: "剂量报告", frames: 1, plane: "none" },
    ]);
    expect(hung(exam)).toEqual(["hub.chest", "胸部 薄层肺窗 | 1500/-600", "胸部 纵隔窗 5mm | 400/40"]);
  });

  it("the enhanced series in the mediastinum where there is one", () => {
    const exam = examForTests("胸部CT增强", [
      { description: "平扫 纵隔", kernel: "STANDARD", thicknessMm: 5 },
      { description: "增强 纵隔", kernel: "STANDARD", thicknessMm: 5 },
      { description: "LUNG 1.25", kernel: "LUNG", thicknessMm: 1.25 },
    ]);
    expect(hung(exam).slice(1)).toEqual(["LUNG 1.25 | 1500/-600", "增强 纵隔 | 400/40"]);
  });

  it("one series alone, in both windows", () => {
    const exam = examForTests("胸部CT平扫", [topogram, { description: "Chest", thicknessMm: 5 }]);
    expect(hung(exam)).toEqual(["hub.chest", "Chest | 1500/-600", "Chest | 400/40"]);
  });

  it("no reformat where slices across the body are meant", () => {
    const exam = examForTests("胸部CT平扫", [
      { description: "Lung COR MPR", kernel: "B70f", thicknessMm: 1, plane: "coronal", imageType: MPR },
      { description: "Lung 1.0", kernel: "B70f", thicknessMm: 1 },
    ]);
    expect(hung(exam)).toEqual(["hub.chest", "Lung 1.0 | 1500/-600", "Lung 1.0 | 400/40"]);
  });

  it("beside a prior of another scanner: the same kind of series now and then", () => {
    const exam = examForTests(
      "胸部CT平扫",
      [
        { description: "ThorRoutine 1.0 B70f", kernel: "B70f", thicknessMm: 1 },
        { description: "ThorRoutine 5.0 B30f", kernel: "B30f", thicknessMm: 5 },
      ],
      [
        { description: "定位像", frames: 1, plane: "coronal", imageType: LOCALIZER },
        { description: "5mm STND", kernel: "STANDARD", thicknessMm: 5 },
        { description: "LUNG", kernel: "LUNG", thicknessMm: 1.25 },
        doseReport,
      ],
    );
    expect(hung(exam)).toEqual([
      "hub.chest-prior",
      "ThorRoutine 1.0 B70f | 1500/-600",
      "LUNG | 1500/-600 | prior",
      "ThorRoutine 5.0 B30f | 400/40",
      "5mm STND | 400/40 | prior",
    ]);
    expect(examKind(exam)).toBe("CT.chest.prior");
    expect(hung(exam, "hub.chest")[0]).toBe("hub.chest"); // what needs no prior stays open to choice
  });
});

describe("head", () => {
  const series: readonly SeriesForTests[] = [
    { description: "Scout", frames: 2, plane: "sagittal" },
    { description: "HeadSeq 4.8 H31s", kernel: "H31s", thicknessMm: 4.8, frames: 30 },
    { description: "HeadSeq 4.8 H60s", kernel: "H60s", thicknessMm: 4.8, frames: 30 },
    { description: "冠状位 MPR", kernel: "H31s", plane: "coronal", imageType: MPR },
    doseReport,
  ];
  it("brain and bone", () => {
    expect(hung(examForTests("颅脑CT平扫", series))).toEqual([
      "hub.head",
      "HeadSeq 4.8 H31s | 80/40",
      "HeadSeq 4.8 H60s | 1800/400",
    ]);
  });
  it("after trauma, by choice: the subdural window and the coronal plane, too", () => {
    expect(hung(examForTests("Head trauma", series), "hub.head-trauma")).toEqual([
      "hub.head-trauma",
      "HeadSeq 4.8 H31s | 80/40",
      "HeadSeq 4.8 H31s | 200/80",
      "HeadSeq 4.8 H60s | 1800/400",
      "冠状位 MPR | 200/80",
    ]);
  });
});

describe("abdomen", () => {
  it("four phases, each in its place, monitoring in none (Chinese)", () => {
    const exam = examForTests("上腹部CT增强", [
      { description: "定位像", frames: 1, plane: "coronal", imageType: LOCALIZER },
      { description: "平扫 5mm", thicknessMm: 5 },
      { description: "监测", frames: 12 },
      { description: "动脉期 1.25", thicknessMm: 1.25 },
      { description: "门脉期 1.25", thicknessMm: 1.25 },
      { description: "延迟期 5mm", thicknessMm: 5 },
    ]);
    expect(hung(exam)).toEqual([
      "hub.abdomen-phases",
      "平扫 5mm | 360/60",
      "动脉期 1.25 | 360/60",
      "门脉期 1.25 | 360/60",
      "延迟期 5mm | 360/60",
    ]);
  });
  it("three phases (English): the fourth place takes what hangs nowhere", () => {
    const exam = examForTests("Abdomen^Liver 3 phase", [
      { description: "PreMonitoring", frames: 1 },
      { description: "Non-contrast 5.0", thicknessMm: 5 },
      { description: "Abd Arterial 1.5", thicknessMm: 1.5 },
      { description: "Abd Portal Venous 1.5", thicknessMm: 1.5 },
      { description: "Portal COR", plane: "coronal", imageType: MPR },
    ]);
    expect(hung(exam)).toEqual([
      "hub.abdomen-phases",
      "Non-contrast 5.0 | 360/60",
      "Abd Arterial 1.5 | 360/60",
      "Abd Portal Venous 1.5 | 360/60",
      "Portal COR | 360/60",
    ]);
  });
  it("a plain one in one large image", () => {
    const exam = examForTests("全腹CT平扫", [{ description: "平扫 5.0", thicknessMm: 5 }, doseReport]);
    expect(hung(exam)).toEqual(["hub.abdomen", "平扫 5.0 | 360/60"]);
  });
  it("plain and enhanced beside each other", () => {
    const exam = examForTests("腹部CT", [{ description: "平扫" }, { description: "增强" }]);
    expect(hung(exam)).toEqual(["hub.abdomen-enhanced", "平扫 | 360/60", "增强 | 360/60"]);
  });
});

describe("bones", () => {
  it("a spine from the side when it was reformatted, else in two windows", () => {
    const axial = { description: "L-Spine 1.0 B60s", kernel: "B60s", thicknessMm: 1 };
    const soft = { description: "L-Spine 3.0 B30s", kernel: "B30s", thicknessMm: 3 };
    const sagittal: SeriesForTests = { description: "SAG 2.0", kernel: "B60s", plane: "sagittal", imageType: MPR };
    expect(hung(examForTests("腰椎CT平扫", [axial, soft, sagittal]))).toEqual([
      "hub.spine-sagittal",
      "SAG 2.0 | 1800/400",
      "L-Spine 3.0 B30s | 350/50",
    ]);
    expect(hung(examForTests("腰椎CT平扫", [axial, soft]))).toEqual([
      "hub.spine",
      "L-Spine 3.0 B30s | 350/50",
      "L-Spine 1.0 B60s | 1800/400",
    ]);
  });
  it("a knee in bone and soft tissue, the region from Body Part Examined", () => {
    const exam = examForTests("CT", [
      { description: "1.0 BONE", kernel: "BONE", thicknessMm: 1, bodyPart: "KNEE" },
      { description: "3.0 STD", kernel: "STANDARD", thicknessMm: 3, bodyPart: "KNEE" },
    ]);
    expect(hung(exam)).toEqual(["hub.extremity", "1.0 BONE | 1800/400", "3.0 STD | 350/50"]);
  });
  it("radiographs as their maker meant them, frontal before lateral", () => {
    const view = (description: string): SeriesForTests => ({ description, modality: "DX", frames: 1, plane: "none" });
    expect(hung(examForTests("胸部正侧位", [view("胸部侧位"), view("胸部正位")]))).toEqual([
      "hub.radiograph-pair",
      "胸部正位 | file",
      "胸部侧位 | file",
    ]);
    expect(hung(examForTests("Chest PA", [view("Chest PA")]))).toEqual(["hub.radiograph", "Chest PA | file"]);
  });
});

describe("what nothing matches", () => {
  it("hangs as one large image, the localizer only when it is all there is, a dose report never", () => {
    const water = { description: "Water thin", thicknessMm: 1 };
    expect(hung(examForTests("水模质控", [topogram, water, doseReport]))).toEqual(["hub.one", "Water thin | file"]);
    expect(hung(examForTests("胸部CT平扫", [doseReport, topogram]))[1]).toBe("Topogram  0.6  T80s | file");
    expect(hung(examForTests("", [doseReport]))).toEqual([]);
    expect(hung(examForTests("", []))).toEqual([]);
  });
  it("a capture of a screen hangs when nothing else is there, and beside slices it does not", () => {
    const capture: SeriesForTests = { ...doseReport, description: "Series 99" };
    expect(hung(examForTests("", [capture]))).toEqual(["hub.one", "Series 99 | file"]);
    expect(hung(examForTests("", [capture, { description: "a" }]), "hub.four")).toEqual([
      "hub.four",
      "a | file",
      "- | file",
      "- | file",
      "- | file",
    ]);
  });
  it("an MR is hung without HU windows, also of the head", () => {
    const exam = examForTests("头颅MR", [{ description: "T2 tse tra", modality: "MR" }]);
    expect(hung(exam)).toEqual(["hub.one", "T2 tse tra | file"]);
    expect(offeredProtocols(SHIPPED_PROTOCOLS, exam).map(({ id }) => id)).toEqual(["hub.one", "hub.four"]);
  });
});

describe("what a reader chose", () => {
  const chest = examForTests("胸部CT平扫", [{ description: "Chest 1.0", thicknessMm: 1 }]);
  it("goes before what would match better", () => {
    expect(hung(chest, "hub.one")[0]).toBe("hub.one");
    expect(hung(chest, "hub.extremity")[0]).toBe("hub.extremity"); // another region's, if one wants it
  });
  it("falls back when its protocol is gone or needs series that are not there", () => {
    expect(hung(chest, "0b1c6d9e-3d0c-4a39-9d8e-0b6f0d7a1c11")[0]).toBe("hub.chest");
    expect(hung(chest, "hub.abdomen-phases")[0]).toBe("hub.chest");
    expect(hung(chest, "hub.chest-prior")[0]).toBe("hub.chest");
  });
  it("is offered with the protocols of the region first", () => {
    const ids = offeredProtocols(SHIPPED_PROTOCOLS, examForTests("颅脑CT平扫", [{ description: "Head" }])).map(
      ({ id }) => id,
    );
    expect(ids.slice(0, 5)).toEqual(["hub.head", "hub.head-trauma", "hub.one", "hub.four", "hub.chest"]);
  });
  it("one's own goes before the hub's of the same demands", () => {
    const shipped = SHIPPED_PROTOCOLS.find(({ id }) => id === "hub.chest");
    const own = { id: "own", protocol: shipped?.protocol as HangingProtocol };
    expect(chooseProtocol([own, ...SHIPPED_PROTOCOLS], chest, undefined)?.id).toBe("own");
  });
});

it("takes plane, thickness and kernel from the file before the words", () => {
  expect(
    seriesFacts(seriesOf({ description: "矢状位 薄层 肺窗", kernel: "B30f", thicknessMm: 5, plane: "axial" })),
  ).toMatchObject({ plane: "axial", thicknessMm: 5, sharpness: "soft" });
  expect(seriesFacts(seriesOf({ description: "矢状位 薄层 肺窗", plane: "none" }))).toMatchObject({
    plane: "sagittal",
    thicknessMm: 1,
    sharpness: "sharp",
  });
});
