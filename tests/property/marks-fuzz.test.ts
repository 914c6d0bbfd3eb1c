import { describe, expect, it } from "vitest";
import { dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { DicomJsonDataset } from "../../core/image/dicom-json.ts";
import { keyObjectFile } from "../../core/infra/key-object/key-object-file.ts";
import { measurementReportFile } from "../../core/infra/measurement-report/measurement-report-file.ts";
import { encapsulatedPdf } from "../../core/infra/pdf/encapsulated-pdf.ts";
import { presentationStateFile } from "../../core/infra/presentation-state/presentation-state-file.ts";
import { encapsulatedDocumentOf } from "../../core/marks/read-encapsulated-document.ts";
import { findingsOf } from "../../core/marks/read-findings.ts";
import { keyObjectsOf } from "../../core/marks/read-key-objects.ts";
import { presentationStateOf } from "../../core/marks/read-presentation-state.ts";
import { MEASURED } from "../../core/marks/report-concepts.ts";
import { structuredDocumentOf } from "../../core/marks/structured-document.ts";
import { markedStudy, READER } from "../support/marked-study.ts";
import { dice, mutated } from "./mutated-streams.ts";

const CASES = 12_000;

function readAll(json: DicomJsonDataset): void {
  const document = structuredDocumentOf(json);
  if (document) findingsOf(document);
  keyObjectsOf(json);
  presentationStateOf(json);
  encapsulatedDocumentOf(json);
}

function documents(): readonly Buffer[] {
  const { images, context } = markedStudy();
  const [image] = images;
  const region = {
    in: "image",
    image,
    graphicType: "CIRCLE",
    points: [
      [4, 4],
      [8, 4],
    ],
  } as const;
  const observer = { name: READER, organization: "" };
  return [
    keyObjectFile(context(), { title: "of-interest", description: "结节", observer, images }),
    measurementReportFile(context(), {
      observer,
      findings: [
        {
          trackingIdentifier: "1",
          trackingUid: newUid(),
          finding: undefined,
          site: { concept: { value: "39607008", scheme: "SCT", meaning: "Lung" }, laterality: undefined },
          region,
          path: undefined,
          measurements: [
            {
              concept: MEASURED.attenuation,
              derivation: MEASURED.mean,
              value: -31.5,
              unit: MEASURED.hounsfield,
              along: [region],
            },
          ],
          comment: "结节",
        },
      ],
      procedure: undefined,
      modality: undefined,
      library: [],
      isComplete: false,
    }),
    presentationStateFile(context(), READER, {
      label: "MARKS",
      description: "",
      images,
      rescale: undefined,
      windows: [{ images: [], window: { center: 40, width: 400 }, voiFunction: "LINEAR", explanation: "" }],
      areas: [
        {
          images: [],
          topLeft: [1, 1],
          bottomRight: [32, 32],
          size: { mode: "SCALE TO FIT" },
          pixelAspectRatio: [1, 1],
        },
      ],
      rotation: 90,
      isFlipped: false,
      isInverted: false,
      layers: [{ name: "MARKS", order: 1, description: "", grey: undefined }],
      annotations: [
        {
          images: [image],
          layer: "MARKS",
          graphics: [
            {
              units: "PIXEL",
              graphicType: "CIRCLE",
              points: [
                [4, 4],
                [8, 4],
              ],
              isFilled: false,
            },
          ],
          texts: [{ text: "结节", box: undefined, anchor: { units: "PIXEL", at: [4, 4], isVisible: true } }],
        },
      ],
    }),
    encapsulatedPdf(Buffer.from("%PDF-1.4\n%%EOF"), { ...context(), title: "报告" }),
  ];
}

describe("documents that are damaged or made to hurt", () => {
  it("are read as far as they go, without a fault", () => {
    const originals = documents();
    let readable = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const by = dice(seed);
      const bytes = mutated(Buffer.from(by.oneOf(originals)), by);
      let json: DicomJsonDataset;
      try {
        json = dicomJson(readPart10(bytes, true).dataSet);
      } catch (error) {
        if (error instanceof DomainError) continue;
        throw new Error(`case ${seed}`, { cause: error });
      }
      readable += 1;
      try {
        readAll(json);
      } catch (error) {
        throw new Error(`case ${seed}`, { cause: error });
      }
    }
    expect(readable).toBeGreaterThan(CASES / 10);
  });

  it("end at a bound, however much they claim", () => {
    const text = { vr: "CS", Value: ["CONTAINER"] };
    let deep: DicomJsonDataset = { "0040A040": text };
    for (let level = 0; level < 500; level++) deep = { "0040A040": text, "0040A730": { vr: "SQ", Value: [deep] } };
    expect(structuredDocumentOf(deep)?.isCut).toBe(true);

    const item = { "0040A040": { vr: "CS", Value: ["TEXT"] } };
    const wide = { "0040A040": text, "0040A730": { vr: "SQ", Value: Array.from({ length: 50_000 }, () => item) } };
    const read = structuredDocumentOf(wide);
    expect(read?.isCut).toBe(true);
    expect(read?.root.children.length).toBeLessThan(20_001);

    const graphic = { "00700022": { vr: "FL", Value: Array.from({ length: 400_000 }, () => 1) } };
    const state = presentationStateOf({
      "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.11.1"] },
      "00700001": { vr: "SQ", Value: [{ "00700009": { vr: "SQ", Value: [graphic] } }] },
    });
    expect(state).toMatchObject({ annotations: [], leftOut: ["too-much"] });
  });

  it("whose attributes are of other kinds than they should be give what is left of them", () => {
    const odd: DicomJsonDataset = {
      "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.11.1"] },
      "0040A040": { vr: "CS", Value: ["CONTAINER"] },
      "0040A730": { vr: "SQ", Value: [null, 7, "x", [], {}, { "0040A040": { vr: "SQ", Value: [{}] } }] },
      "0040A375": { vr: "LO", Value: ["no sequence"] },
      "00081115": { vr: "SQ", Value: [{ "00081140": { vr: "SQ", Value: [{ "00081155": { vr: "UI" } }, null] } }] },
      "0070005A": { vr: "SQ", Value: [{ "00700052": { vr: "SL", Value: ["left"] } }] },
      "00700001": { vr: "SQ", Value: [{ "00700009": { vr: "SQ", Value: [{ "00700023": { vr: "CS" } }] } }] },
    };
    readAll(odd);
    expect(presentationStateOf(odd)).toMatchObject({ images: [], areas: [], rotation: 0 });
  });
});
