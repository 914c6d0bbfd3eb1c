import { describe, expect, it } from "vitest";
import type { DicomJsonDataset } from "./dicom-json.ts";
import { sliceGapMm } from "./slice-gap.ts";
import { studyModelFromJson } from "./study-model-from-json.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";

function element(vr: string, ...values: readonly unknown[]): { vr: string; Value: readonly unknown[] } {
  return { vr, Value: values };
}

function slice(uid: string, number: number, z: number, more: DicomJsonDataset = {}): DicomJsonDataset {
  return {
    "00080016": element("UI", CT),
    "00080018": element("UI", uid),
    "00080060": element("CS", "CT"),
    "0020000E": element("UI", "1.2.3"),
    "00200011": element("IS", 2),
    "00200013": element("IS", number),
    "00200032": element("DS", -100, -100, z),
    "00200037": element("DS", 1, 0, 0, 0, 1, 0),
    "00280002": element("US", 1),
    "00280004": element("CS", "MONOCHROME2"),
    "00280010": element("US", 512),
    "00280011": element("US", 512),
    "00280030": element("DS", 0.7, 0.7),
    "00280100": element("US", 16),
    "00280101": element("US", 12),
    "00280103": element("US", 0),
    "00281052": element("DS", -1024),
    "00281053": element("DS", 1),
    ...more,
  };
}

const order = (instances: readonly DicomJsonDataset[]): readonly string[] | undefined =>
  studyModelFromJson("1.2", instances).series[0]?.frames.map((frame) => frame.sopInstanceUid);

describe("the order of a series", () => {
  it("is the position along the normal, begun at the end the scanner began at", () => {
    expect(order([slice("b", 2, 5), slice("c", 3, 10), slice("a", 1, 0)])).toEqual(["a", "b", "c"]);
    // numbered from the head down: z falls while the number grows
    expect(order([slice("a", 1, 10), slice("c", 3, 0), slice("b", 2, 5)])).toEqual(["a", "b", "c"]);
  });

  it("believes positions before numbers", () => {
    expect(order([slice("a", 1, 0), slice("c", 2, 10), slice("b", 3, 5), slice("d", 4, 15)])).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  it("is the number where two slices share a place, or a localizer stands among them", () => {
    expect(order([slice("p2", 3, 0), slice("p1", 1, 0), slice("q1", 2, 5)])).toEqual(["p1", "q1", "p2"]);
    const localizer = slice("l", 1, 50, { "00200037": element("DS", 1, 0, 0, 0, 0, -1) });
    expect(order([slice("b", 3, 0), localizer, slice("a", 2, 5)])).toEqual(["l", "a", "b"]);
  });

  it("uses the normal of a tilted stack, not z", () => {
    // column direction (0, cos 20°, -sin 20°): normal (0, sin 20°, cos 20°); y moves the slice along it as well
    const tilt = { "00200037": element("DS", 1, 0, 0, 0, 0.9397, -0.342) };
    const place = (y: number, z: number): DicomJsonDataset => ({ ...tilt, "00200032": element("DS", 0, y, z) });
    // along the normal: a 0; b 10 · 0.342 - 1 · 0.94 = 2.48; c 20 · 0.342 - 2 · 0.94 = 4.96, though z falls
    const instances = [slice("c", 3, 0, place(20, -2)), slice("a", 1, 0, place(0, 0)), slice("b", 2, 0, place(10, -1))];
    expect(order(instances)).toEqual(["a", "b", "c"]);
    const frames = studyModelFromJson("1.2", instances).series[0]?.frames ?? [];
    expect(sliceGapMm(frames, 0)).toBeCloseTo(2.48, 2);
  });
});

describe("frames", () => {
  it("says HU for a CT with a rescale, and nothing for one without", () => {
    const [frame] = studyModelFromJson("1.2", [slice("a", 1, 0)]).series[0]?.frames ?? [];
    expect(frame).toMatchObject({
      key: "a/1",
      rescale: { slope: 1, intercept: -1024, unit: "HU" },
      spacing: { rowMm: 0.7, at: "patient" },
    });
    const bare = slice("a", 1, 0, { "00281052": undefined, "00281053": undefined });
    expect(studyModelFromJson("1.2", [bare]).series[0]?.frames[0]?.rescale).toEqual({
      slope: 1,
      intercept: 0,
      unit: "",
    });
  });

  it("marks the spacing of a CR plate as the imager's", () => {
    const cr = { "00080060": element("CS", "CR"), "00280030": undefined, "00181164": element("DS", 0.15, 0.15) };
    expect(studyModelFromJson("1.2", [slice("a", 1, 0, cr)]).series[0]?.frames[0]?.spacing).toEqual({
      rowMm: 0.15,
      columnMm: 0.15,
      at: "imager",
    });
  });

  it("expands an enhanced object and reads its functional groups, the frame's before the shared", () => {
    const plane = (z: number): DicomJsonDataset => ({
      "00209113": element("SQ", { "00200032": element("DS", 0, 0, z) }),
    });
    const enhanced = slice("e", 1, 0, {
      "00280008": element("IS", 2),
      "00280030": undefined,
      "00200032": undefined,
      "00200037": undefined,
      "00281052": undefined,
      "00281053": undefined,
      "52009229": element("SQ", {
        "00289110": element("SQ", { "00280030": element("DS", 0.5, 0.4), "00180050": element("DS", 3) }),
        "00209116": element("SQ", { "00200037": element("DS", 1, 0, 0, 0, 1, 0) }),
        "00289145": element("SQ", { "00281052": element("DS", -1000), "00281053": element("DS", 1) }),
        "00289132": element("SQ", { "00281050": element("DS", 40), "00281051": element("DS", 350) }),
      }),
      "52009230": element("SQ", plane(0), {
        ...plane(3),
        "00289132": element("SQ", { "00281050": element("DS", -600), "00281051": element("DS", 1500) }),
      }),
    });
    const frames = studyModelFromJson("1.2", [enhanced]).series[0]?.frames;
    expect(frames?.map(({ key, geometry, windows }) => [key, geometry?.along, windows[0]?.center])).toEqual([
      ["e/1", 0, 40],
      ["e/2", 3, -600],
    ]);
    expect(frames?.[1]).toMatchObject({
      spacing: { rowMm: 0.5, columnMm: 0.4 },
      thicknessMm: 3,
      rescale: { intercept: -1000, unit: "HU" },
    });
  });

  it("takes the last ratio of a lossy history, and only when the header says lossy", () => {
    const lossy = { "00282110": element("CS", "01"), "00282112": element("DS", 4, 12.5) };
    expect(studyModelFromJson("1.2", [slice("a", 1, 0, lossy)]).series[0]?.frames[0]?.lossy).toEqual({ ratio: 12.5 });
    const not = { "00282110": element("CS", "00") };
    expect(studyModelFromJson("1.2", [slice("a", 1, 0, not)]).series[0]?.frames[0]?.lossy).toBeUndefined();
  });
});

describe("the study", () => {
  it("sorts series by number and keeps what is no image as documents", () => {
    const series = (uid: string, number: number | undefined): DicomJsonDataset => ({
      "0020000E": element("UI", uid),
      "00200011": number === undefined ? undefined : element("IS", number),
    });
    const pdf: DicomJsonDataset = {
      "00080016": element("UI", "1.2.840.10008.5.1.4.1.1.104.1"),
      "00080018": element("UI", "doc"),
      "00420010": element("ST", "诊断报告"),
    };
    const model = studyModelFromJson("1.2", [
      slice("x", 1, 0, series("s.none", undefined)),
      slice("y", 1, 0, series("s.10", 10)),
      pdf,
      slice("z", 1, 0, series("s.2", 2)),
    ]);
    expect(model.series.map(({ seriesInstanceUid }) => seriesInstanceUid)).toEqual(["s.2", "s.10", "s.none"]);
    expect(model.documents).toMatchObject([{ kind: "pdf", sopInstanceUid: "doc", title: "诊断报告" }]);
  });

  it("joins Han and latin name forms", () => {
    const name = { "00100010": element("PN", { Alphabetic: "Wang^XiaoMing", Ideographic: "王^小明" }) };
    expect(studyModelFromJson("1.2", [slice("a", 1, 0, name)]).patient.name).toEqual({
      han: "王小明",
      latin: "Wang XiaoMing",
    });
  });
});
