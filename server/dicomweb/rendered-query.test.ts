import { describe, expect, it } from "vitest";
import type { PixelFormat } from "../../core/image/study-model.ts";
import { renderedQuery, scaleOf } from "./rendered-query.ts";

const format = { rows: 400, columns: 600 } as PixelFormat;
const viewport = (text: string) => scaleOf(renderedQuery({ viewport: text }).viewport, format);

describe("rendered parameters", () => {
  it("are the file's own when not given", () => {
    expect(renderedQuery({})).toEqual({ windowing: null, viewport: null, quality: 90 });
  });

  it.each([
    ["40,400", { window: { center: 40, width: 400 }, voiFunction: "LINEAR" }],
    ["-600,1500,sigmoid", { window: { center: -600, width: 1500 }, voiFunction: "SIGMOID" }],
    ["0.5,0.25,LINEAR-EXACT", { window: { center: 0.5, width: 0.25 }, voiFunction: "LINEAR_EXACT" }],
  ])("window=%s", (text, windowing) => {
    expect(renderedQuery({ window: text }).windowing).toEqual(windowing);
  });

  it("keep the proportions within the viewport", () => {
    // 300 / 600 = 0.5 is the smaller scale
    expect(viewport("300,300")).toEqual({
      region: { left: 0, top: 0, columns: 600, rows: 400 },
      columns: 300,
      rows: 200,
    });
    expect(viewport("100,100,100,50,200,100")).toEqual({
      region: { left: 100, top: 50, columns: 200, rows: 100 },
      columns: 100,
      rows: 50,
    });
    expect(viewport("100,100,500,,,")).toMatchObject({ region: { left: 500, top: 0, columns: 100, rows: 400 } });
  });

  it("take a region in parts of the image, with every pixel that it touches", () => {
    // a third of 600 columns is 200, of 400 rows 133.3
    const region = { xMin: 1 / 3, yMin: 1 / 3, xMax: 0.5, yMax: 0.5 };
    expect(scaleOf({ size: null, region }, format)).toEqual({
      region: { left: 200, top: 133, columns: 100, rows: 67 },
      columns: 100,
      rows: 67,
    });
    const line = { xMin: 0.9999, yMin: 0, xMax: 1, yMax: 1 };
    expect(scaleOf({ size: { columns: 10, rows: 40 }, region: line }, format)).toMatchObject({ columns: 1, rows: 40 });
  });

  it.each([
    { window: "40" },
    { window: "40,0" },
    { window: "40,400,cubic" },
    { window: "a,b" },
    { window: ["40,400", "1,2"] },
    { viewport: "0,100" },
    { viewport: "100" },
    { viewport: "99999,10" },
    { viewport: "10,10,0,0,-5,5" },
    { quality: "0" },
    { quality: "1e9" },
    { quality: "99.5" },
  ])("%j is refused", (query) => {
    expect(() => renderedQuery(query)).toThrow(expect.objectContaining({ code: "request-invalid" }));
  });

  it("refuse a region outside the frame", () => {
    expect(() => viewport("10,10,590,0,20,10")).toThrow(expect.objectContaining({ code: "request-invalid" }));
    expect(() => viewport("10,10,600,0,,")).toThrow(expect.objectContaining({ code: "request-invalid" }));
  });
});
