import { describe, expect, test } from "vitest";
import { drawnFindings } from "./drawn-findings.ts";
import type { Finding } from "./finding.ts";
import type { ImageReference } from "./image-reference.ts";
import { MEASURED } from "./report-concepts.ts";

function image(sopInstanceUid: string, ...frameNumbers: readonly number[]): ImageReference {
  return { studyInstanceUid: "1.2", seriesInstanceUid: "1.2.3", sopClassUid: "1.2.840", sopInstanceUid, frameNumbers };
}

const NOTHING: Finding = {
  trackingIdentifier: "1",
  trackingUid: "2.25.1",
  finding: undefined,
  site: undefined,
  region: undefined,
  path: undefined,
  measurements: [],
  comment: "",
};

describe("drawnFindings", () => {
  test("a measured region: its outline, and its numbers as people write them", () => {
    const first = image("1.2.3.1");
    const points = [
      [4, 4],
      [9, 4],
    ] as const;
    const finding: Finding = {
      ...NOTHING,
      region: { in: "image", image: first, graphicType: "CIRCLE", points },
      measurements: [
        { concept: MEASURED.area, derivation: undefined, value: 78.54, unit: MEASURED.squareMillimetre, along: [] },
        { concept: MEASURED.attenuation, derivation: MEASURED.mean, value: -612, unit: MEASURED.hounsfield, along: [] },
      ],
      comment: "结节",
    };
    expect(drawnFindings([finding], "MARKS")).toEqual([
      {
        images: [first],
        layer: "MARKS",
        graphics: [{ units: "PIXEL", graphicType: "CIRCLE", points, isFilled: false }],
        texts: [
          {
            text: "1 结节\r\n78.5 mm²\r\nMean -612 HU",
            box: undefined,
            anchor: { units: "PIXEL", at: [4, 4], isVisible: false },
          },
        ],
      },
    ]);
  });

  test("each frame has its own; a set of points is points; what lies in space is not drawn", () => {
    const [two, three] = [image("1.2.3.1", 2), image("1.2.3.1", 3)];
    const several: Finding = {
      ...NOTHING,
      region: {
        in: "image",
        image: two,
        graphicType: "MULTIPOINT",
        points: [
          [1, 1],
          [2, 2],
        ],
      },
    };
    const other: Finding = {
      ...NOTHING,
      region: { in: "image", image: three, graphicType: "POINT", points: [[5, 5]] },
    };
    const inSpace: Finding = {
      ...NOTHING,
      region: { in: "space", frameOfReferenceUid: "1.2.9", graphicType: "POINT", points: [[0, 0, 0]] },
    };
    const drawn = drawnFindings([several, other, inSpace], "MARKS");
    expect(
      drawn.map(({ images, graphics, texts }) => [images, graphics.map((each) => each.points), texts.length]),
    ).toEqual([
      [[two], [[[1, 1]], [[2, 2]]], 1],
      [[three], [[[5, 5]]], 1],
    ]);
  });
});
