import { describe, expect, it } from "vitest";
import { findingParts, findingText } from "./finding-text.ts";
import { degrees, millimetres, pixelValue, squareMillimetres } from "./measure-text.ts";
import { nextFindingNumber } from "./next-finding-number.ts";

describe("how numbers are rounded", () => {
  it.each([
    [millimetres(8.24999), "8.2"],
    [millimetres(8.25), "8.3"], // half away from zero
    [millimetres(1.45), "1.5"], // 1.45 is 1.4499999999999999556 in binary; the reader sees 1.45
    [millimetres(0), "0.0"],
    [degrees(44.96), "45.0"],
    [squareMillimetres(99.94), "99.9"],
    [squareMillimetres(99.96), "100"],
    [squareMillimetres(1234.5), "1235"],
    [pixelValue(-0.4, "HU"), "0"], // no minus before a nought
    [pixelValue(-999.5, "HU"), "-1000"],
    [pixelValue(40.49, ""), "40"],
    [pixelValue(2.345, "g/ml"), "2.35"],
  ])("%s is %s", (written, wanted) => {
    expect(written).toBe(wanted);
  });
});

describe("findingText", () => {
  const nodule = {
    kind: "nodule",
    measures: { at: "patient", lengthMm: 8.21, widthMm: 5.6 },
    number: 3,
    label: "右肺上叶",
  } as const;

  it("is one line for the report, in either language", () => {
    expect(findingText(nodule, "zh", { slice: 2, slices: 87 })).toBe("结节 3：8.2 × 5.6 mm，右肺上叶，图 2/87");
    expect(findingText({ ...nodule, label: "right upper lobe" }, "en", { slice: 2, slices: 87 })).toBe(
      "Nodule 3: 8.2 × 5.6 mm, right upper lobe, image 2/87",
    );
  });

  it("leaves out what there is not", () => {
    expect(findingText({ kind: "nodule", measures: { at: "patient" }, number: 3, label: " " }, "zh")).toBe("结节 3");
    expect(findingText({ kind: "arrow", measures: { at: "none" }, label: "钙化" }, "zh")).toBe("箭头：钙化");
    expect(findingText({ kind: "cobb", measures: { at: "patient", angleDeg: 23.44 }, label: "" }, "en")).toBe(
      "Cobb angle: 23.4°",
    );
  });

  it("says values with their unit", () => {
    const values = { count: 40, mean: 41.6, standardDeviation: 9.51, min: -12, max: 80, unit: "HU" };
    const roi = {
      kind: "ellipse",
      measures: { at: "patient", areaMm2: 314.16, values },
      number: 1,
      label: "",
    } as const;
    expect(findingText(roi, "zh")).toBe("椭圆 ROI 1：面积 314 mm²，均值 42 ± 10 HU，范围 -12 ~ 80 HU");
    const single = { ...values, count: 1, mean: 41, standardDeviation: 0, min: 41, max: 41 };
    expect(findingText({ kind: "probe", measures: { at: "none", values: single }, label: "" }, "en")).toBe(
      "Probe: 41 HU",
    );
  });

  it("says where millimetres are not the patient's, and where there are none", () => {
    const length = { kind: "length", label: "" } as const;
    expect(findingText({ ...length, measures: { at: "imager", lengthMm: 12 } }, "zh")).toBe(
      "长度：12.0 mm（探测器面）",
    );
    expect(findingText({ ...length, measures: { at: "none" } }, "zh")).toBe("长度：无像素间距，未测量");
    expect(findingText({ ...length, measures: { at: "none" } }, "en")).toBe("Length: no pixel spacing, not measured");
  });

  it("comes in parts for a list", () => {
    expect(findingParts(nodule, "zh", { slice: 2, slices: 87 })).toEqual({
      title: "结节 3",
      measured: "8.2 × 5.6 mm",
      label: "右肺上叶",
      where: "图 2/87",
    });
  });
});

it("nextFindingNumber counts on within a kind, and fills no gap", () => {
  const findings = [
    { kind: "nodule", number: 1 },
    { kind: "nodule", number: 4 },
    { kind: "length", number: 9 },
    { kind: "probe" },
  ] as const;
  expect(nextFindingNumber(findings, "nodule")).toBe(5);
  expect(nextFindingNumber(findings, "probe")).toBe(1);
  expect(nextFindingNumber([], "nodule")).toBe(1);
});
