import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newUid } from "../../core/dicom/uid.ts";
import type { DicomJsonDataset } from "../../core/image/dicom-json.ts";
import { keyObjectFile } from "../../core/infra/key-object/key-object-file.ts";
import { measurementReportFile } from "../../core/infra/measurement-report/measurement-report-file.ts";
import { presentationStateFile } from "../../core/infra/presentation-state/presentation-state-file.ts";
import { drawnFindings } from "../../core/marks/drawn-findings.ts";
import type { Finding } from "../../core/marks/finding.ts";
import type { ImagePoint } from "../../core/marks/marked-region.ts";
import { findingsOf } from "../../core/marks/read-findings.ts";
import { keyObjectsOf } from "../../core/marks/read-key-objects.ts";
import { presentationStateOf } from "../../core/marks/read-presentation-state.ts";
import { MEASURED } from "../../core/marks/report-concepts.ts";
import { structuredDocumentOf } from "../../core/marks/structured-document.ts";
import { type MarkedStudy, markedStudy, READER } from "../support/marked-study.ts";
import { type DicomwebHub, startDicomwebHub, store } from "./dicomweb-hub.ts";

const OTHER_READER = "Piao^Meihua=朴^美花";

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
});
afterAll(() => hub.close());

/** As drawn by hand: a closed line of so many points within the image; FL holds quarters exactly. */
function outline(points: number): readonly ImagePoint[] {
  const line = Array.from({ length: points - 1 }, (_, i): ImagePoint => {
    const angle = (2 * Math.PI * i) / (points - 1);
    return [16 + Math.round(40 * Math.cos(angle)) / 4, 16 + Math.round(40 * Math.sin(angle)) / 4];
  });
  return [...line, line[0] ?? [0, 0]];
}

function freehand({ images }: MarkedStudy, points: number): Finding {
  return {
    trackingIdentifier: "1",
    trackingUid: newUid(),
    finding: undefined,
    site: undefined,
    region: { in: "image", image: images[1], graphicType: "POLYLINE", points: outline(points) },
    path: undefined,
    measurements: [
      { concept: MEASURED.area, derivation: undefined, value: 314.2, unit: MEASURED.squareMillimetre, along: [] },
    ],
    comment: "磨玻璃影",
  };
}

function reportOf(study: MarkedStudy, reader: string, finding: Finding): Buffer {
  return measurementReportFile(study.context(), {
    observer: { name: reader, organization: "" },
    findings: [finding],
    procedure: undefined,
    modality: undefined,
    library: [],
    isComplete: false,
  });
}

describe("what readers marked, kept in the archive", () => {
  it("comes back from the study's metadata, two readers' apart", async () => {
    const study = markedStudy();
    const { images, context, files } = study;
    const [mine, theirs] = [freehand(study, 3000), freehand(study, 200)];
    const observer = { name: READER, organization: "" };
    const state = {
      label: "MARKS",
      description: "",
      images,
      rescale: undefined,
      windows: [{ images: [], window: { center: -600, width: 1500 }, voiFunction: "LINEAR", explanation: "" }],
      areas: [
        {
          images: [],
          topLeft: [1, 1],
          bottomRight: [32, 32],
          size: { mode: "SCALE TO FIT" },
          pixelAspectRatio: [1, 1],
        },
      ],
      rotation: 0,
      isFlipped: false,
      isInverted: false,
      layers: [{ name: "MARKS", order: 1, description: "", grey: undefined }],
      annotations: drawnFindings([mine], "MARKS"),
    } as const;
    const answer = await store(hub, [
      ...files.map(({ bytes }) => bytes),
      reportOf(study, READER, mine),
      reportOf(study, OTHER_READER, theirs),
      keyObjectFile(context(), { title: "of-interest", description: "", observer, images: [images[1]] }),
      presentationStateFile(context(), READER, state),
    ]);
    expect(answer.failed).toEqual({});

    const response = await hub.fetch(`/studies/${images[0].studyInstanceUid}/metadata`);
    const instances = (await response.json()) as readonly DicomJsonDataset[];
    const reports = instances.flatMap((instance) => {
      const document = structuredDocumentOf(instance);
      return document?.templateId === "1500" ? [document] : [];
    });
    const byReader = new Map(reports.map((report) => [report.observers[0]?.han, findingsOf(report)]));
    expect(byReader).toEqual(
      new Map([
        ["文清", [mine]],
        ["朴美花", [theirs]],
      ]),
    );
    const chosen = instances.flatMap((instance) => {
      const selection = keyObjectsOf(instance);
      return selection?.title?.value === "113000" ? selection.objects : [];
    });
    expect(chosen).toEqual([images[1]]);
    const states = instances.flatMap((instance) => presentationStateOf(instance) ?? []);
    expect(states).toMatchObject([{ ...state, leftOut: [] }]);
  });

  it("has lines of too many points with fewer: the ends stay", async () => {
    const study = markedStudy();
    const finding = freehand(study, 9000); // 9000 points of 8 bytes: more than FL holds
    const answer = await store(hub, [reportOf(study, READER, finding)]);
    expect(answer.failed).toEqual({});
    const response = await hub.fetch(`/studies/${study.images[0].studyInstanceUid}/metadata`);
    const [instance] = (await response.json()) as readonly DicomJsonDataset[];
    const document = instance && structuredDocumentOf(instance);
    expect(document?.isCut).toBe(false);
    const [read] = document ? findingsOf(document) : [];
    const drawn = finding.region?.points ?? [];
    const points = read?.region?.points ?? [];
    expect(points).toHaveLength(4000);
    expect([points[0], points.at(-1)]).toEqual([drawn[0], drawn.at(-1)]);
    expect(read?.measurements).toEqual(finding.measurements);
  });
});
