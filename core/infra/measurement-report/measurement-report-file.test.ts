import { describe, expect, test } from "vitest";
import { dicomFaults, saidBy } from "../../../tests/support/dicom-tools.ts";
import { jsonOf, markedStudy, READER } from "../../../tests/support/marked-study.ts";
import { newUid } from "../../dicom/uid.ts";
import { stringOf } from "../../image/dicom-json.ts";
import type { CodedConcept } from "../../marks/coded-concept.ts";
import type { Finding, Measurement } from "../../marks/finding.ts";
import { evidencePlaces, type ImageReference } from "../../marks/image-reference.ts";
import type { ImagePoint, ImageRegion, SpaceRegion } from "../../marks/marked-region.ts";
import { findingsOf } from "../../marks/read-findings.ts";
import { MEASURED } from "../../marks/report-concepts.ts";
import { type StructuredDocument, structuredDocumentOf } from "../../marks/structured-document.ts";
import { measurementReportFile, type ReportedMarks } from "./measurement-report-file.ts";

const ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1";
const NODULE = { value: "27925004", scheme: "SCT", meaning: "Nodule" };
const UPPER_LOBE = { value: "45653009", scheme: "SCT", meaning: "Upper lobe of lung" };
const RIGHT = { value: "24028007", scheme: "SCT", meaning: "Right" };
const CT = { value: "77477000", scheme: "SCT", meaning: "Computed tomography" };
const CT_MODALITY = { value: "CT", scheme: "DCM", meaning: "Computed Tomography" };

const REST = {
  observer: { name: READER, organization: "区中心影像诊断中心" },
  procedure: CT,
  modality: CT_MODALITY,
  library: [],
  isComplete: true,
} as const satisfies Omit<ReportedMarks, "findings">;

function finding(label: string, about: Partial<Finding>): Finding {
  return {
    trackingIdentifier: label,
    trackingUid: newUid(),
    finding: undefined,
    site: undefined,
    region: undefined,
    path: undefined,
    measurements: [],
    comment: "",
    ...about,
  };
}

function inImage(image: ImageReference, graphicType: ImageRegion["graphicType"], ...points: ImagePoint[]): ImageRegion {
  return { in: "image", image, graphicType, points };
}

function measured(
  concept: CodedConcept,
  value: number,
  unit: CodedConcept,
  more: Partial<Measurement> = {},
): Measurement {
  return { concept, derivation: undefined, value, unit, along: [], ...more };
}

function attenuation(derivation: CodedConcept, value: number): Measurement {
  return measured(MEASURED.attenuation, value, MEASURED.hounsfield, { derivation });
}

function read(file: Buffer): StructuredDocument {
  const document = structuredDocumentOf(jsonOf(file));
  if (!document) throw new Error("no structured document");
  return document;
}

/** One of each kind that the reading room marks in an image. Coordinates are quarters of a pixel, which FL holds exactly. */
function marksIn(image: ImageReference): readonly Finding[] {
  const line = inImage(image, "POLYLINE", [4.25, 5.5], [20.75, 9]);
  const across = inImage(image, "POLYLINE", [12, 3.25], [13, 12.5]);
  return [
    finding("1", {
      finding: NODULE,
      site: { concept: UPPER_LOBE, laterality: RIGHT },
      // more digits than DS has room for
      measurements: [measured(MEASURED.length, 17.123456789012344, MEASURED.millimetre, { along: [line] })],
      comment: "毛刺征，建议三个月复查",
    }),
    finding("2", {
      measurements: [
        measured(MEASURED.angle, 37.5, MEASURED.degree, {
          along: [inImage(image, "POLYLINE", [1, 1], [8, 8], [16, 2])],
        }),
      ],
    }),
    finding("3", {
      measurements: [measured(MEASURED.cobbAngle, 12.25, MEASURED.degree, { along: [line, across] })],
    }),
    finding("4", {
      measurements: [
        measured(MEASURED.longAxis, 17.5, MEASURED.millimetre, { along: [line] }),
        measured(MEASURED.shortAxis, 9.5, MEASURED.millimetre, { along: [across] }),
      ],
    }),
    finding("5", {
      region: inImage(image, "ELLIPSE", [4, 10], [20, 10], [12, 6.5], [12, 13.5]),
      measurements: [
        measured(MEASURED.area, 88.25, MEASURED.squareMillimetre),
        attenuation(MEASURED.mean, -612.4),
        attenuation(MEASURED.standardDeviation, 41.03),
        attenuation(MEASURED.minimum, -788),
        attenuation(MEASURED.maximum, -402),
      ],
    }),
    finding("6", {
      region: inImage(image, "POLYLINE", [4, 4], [10, 4], [10, 9], [4, 9], [4, 4]),
      measurements: [measured(MEASURED.area, 30, MEASURED.squareMillimetre)],
    }),
    finding("7", { region: inImage(image, "CIRCLE", [16, 16], [20, 16]) }),
    finding("8", {
      measurements: [
        measured(MEASURED.attenuation, 40, MEASURED.hounsfield, { along: [inImage(image, "POINT", [7.5, 7.5])] }),
      ],
    }),
    finding("9", {
      region: inImage(image, "POINT", [20.5, 21.5]),
      path: inImage(image, "POLYLINE", [28, 28], [20.5, 21.5]),
      comment: "钙化",
    }),
  ];
}

describe("measurementReportFile", () => {
  test("every kind of mark in an image comes back as it was", async () => {
    const { images, context } = markedStudy();
    const findings = marksIn(images[1]);
    const file = measurementReportFile(context(), { ...REST, findings });
    expect(await dicomFaults(file)).toEqual([]);
    expect(findingsOf(read(file))).toEqual(findings);
  });

  test("an Enhanced SR of TID 1500 says who read it, what was done, and lists its images once", async () => {
    const { images, context } = markedStudy();
    const head = context();
    const file = measurementReportFile(head, { ...REST, findings: marksIn(images[1]), library: [images[0]] });
    const json = jsonOf(file);
    expect(stringOf(json, "00080016")).toBe("1.2.840.10008.5.1.4.1.1.88.22");
    expect(read(file)).toMatchObject({
      sopInstanceUid: head.sopInstanceUid,
      templateId: "1500",
      title: { value: "126000", scheme: "DCM" },
      isComplete: true,
      isVerified: false,
      observers: [{ han: "文清", latin: "Wen Qing" }],
      isCut: false,
    });
    const { studyInstanceUid, seriesInstanceUid } = images[0];
    const place = { studyInstanceUid, seriesInstanceUid };
    expect(evidencePlaces(json)).toEqual(
      new Map([
        [images[1].sopInstanceUid, place],
        [images[0].sopInstanceUid, place],
      ]),
    );
    const dump = await saidBy("dsrdump", ["+U8", "+Pl"], file);
    expect(dump).not.toMatch(/^[EF]: /m);
    for (const text of [
      "文^清",
      "毛刺征，建议三个月复查",
      "Computed tomography",
      "Upper lobe of lung",
      "Tele-reading Hub",
    ])
      expect(dump).toContain(text);
  });

  test("a mark in space makes it a Comprehensive 3D SR, with its frame of reference", async () => {
    const { images, context } = markedStudy();
    const frameOfReferenceUid = newUid();
    const inSpace = (graphicType: SpaceRegion["graphicType"], ...points: SpaceRegion["points"]): SpaceRegion => ({
      in: "space",
      frameOfReferenceUid,
      graphicType,
      points,
    });
    const findings = [
      finding("1", {
        measurements: [
          measured(MEASURED.length, 31.5, MEASURED.millimetre, {
            along: [inSpace("POLYLINE", [-10.5, 4, -120.25], [12, 4, -98])],
          }),
        ],
      }),
      finding("2", {
        region: inSpace("POLYGON", [0, 0, 0], [10, 0, 5], [10, 10, 5], [0, 0, 0]),
        measurements: [measured(MEASURED.area, 70.5, MEASURED.squareMillimetre), attenuation(MEASURED.mean, 33.5)],
      }),
      finding("3", { region: inSpace("POINT", [1.5, -2.5, -64]), comment: "结节" }),
    ];
    const file = measurementReportFile(context(), { ...REST, findings, library: images });
    expect(await dicomFaults(file)).toEqual([]);
    expect(stringOf(jsonOf(file), "00080016")).toBe("1.2.840.10008.5.1.4.1.1.88.34");
    expect(findingsOf(read(file))).toEqual(findings);
    expect(await saidBy("dsrdump", ["+U8"], file)).not.toMatch(/^[EF]: /m);
  });

  test("frames of a multi-frame image, and an image of a prior, keep their places", async () => {
    const { images, context } = markedStudy();
    const own = { ...images[0], sopClassUid: ENHANCED_CT, frameNumbers: [3] };
    const prior = { ...markedStudy().images[2], sopClassUid: ENHANCED_CT, frameNumbers: [7] };
    const findings = [own, own, prior].map((image, index) =>
      finding(String(index + 1), { region: inImage(image, "POINT", [1, 1]) }),
    );
    const file = measurementReportFile(context(), { ...REST, findings });
    expect(await dicomFaults(file)).toEqual([]);
    expect(findingsOf(read(file)).map(({ region }) => region?.in === "image" && region.image)).toEqual([
      own,
      own,
      prior,
    ]);
  });

  test("a report without a finding, of no known procedure, is whole; a number that is none is refused", async () => {
    const { context, images } = markedStudy();
    const empty = { ...REST, findings: [], procedure: undefined, modality: undefined, isComplete: false };
    const file = measurementReportFile(context(), empty);
    expect(read(file)).toMatchObject({ isComplete: false });
    expect(findingsOf(read(file))).toEqual([]);
    const wrong = finding("1", {
      region: inImage(images[0], "POINT", [1, 1]),
      measurements: [attenuation(MEASURED.mean, Number.NaN)],
    });
    expect(() => measurementReportFile(context(), { ...REST, findings: [wrong] })).toThrow(RangeError);
  });
});
