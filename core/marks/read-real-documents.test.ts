import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { jsonOf } from "../../tests/support/marked-study.ts";
import { SHARED_DATA } from "../../tests/support/shared-data.ts";
import { encapsulatedDocumentOf } from "./read-encapsulated-document.ts";
import { findingsOf } from "./read-findings.ts";
import { presentationStateOf } from "./read-presentation-state.ts";
import { structuredDocumentOf } from "./structured-document.ts";

const FOLDER = path.join(SHARED_DATA, "dicom/other");

function documentIn(name: string) {
  const document = structuredDocumentOf(jsonOf(readFileSync(path.join(FOLDER, name))));
  if (!document) throw new Error(`${name} is no structured document`);
  return document;
}

// skipped on a plain clone: the files are not part of the project
describe.skipIf(!existsSync(FOLDER))("documents of other makers", () => {
  test("sr_document.dcm: a planar region with codes from before SNOMED CT, and an observer given as text", () => {
    const document = documentIn("sr_document.dcm");
    expect(document.observers).toEqual([{ han: "", latin: "Foo" }]);
    const [finding, ...others] = findingsOf(document);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      trackingIdentifier: "Planar ROI Measurements",
      finding: { meaning: "Spinal cord" },
      site: { concept: { value: "T-D00F7" } },
      region: { in: "image", graphicType: "CIRCLE", image: { sopClassUid: "1.2.840.10008.5.1.4.1.1.2" } },
      measurements: [{ value: 1.7, unit: { value: "cm2", scheme: "UCUM" } }],
    });
    expect(finding?.region?.points[0]).toEqual([58, 52]);
  });

  test("sr-ruler.dcm and sr-ellipse.dcm: each mark with its numbers", () => {
    const rulers = findingsOf(documentIn("sr-ruler.dcm"));
    expect(rulers.map(({ measurements }) => measurements.map(({ value }) => value))).toEqual([
      [4.025316455696],
      [4.025316455696],
      [4.025316455696],
    ]);
    expect(rulers[0]?.region).toMatchObject({ in: "image", graphicType: "POLYLINE" });
    const ellipses = findingsOf(documentIn("sr-ellipse.dcm"));
    expect(ellipses.map(({ region }) => region?.points.length)).toEqual([4, 4, 4]);
    expect(ellipses[0]?.measurements.map(({ concept }) => concept.meaning)).toContain("Pixel by pixel Maximum");
  });

  test("test-SR.dcm: every value type, relations by reference, and who verified it", () => {
    const document = documentIn("test-SR.dcm");
    expect(document).toMatchObject({ isComplete: true, isVerified: true, isCut: false });
    expect(document.verifiers.map(({ latin }) => latin)).toEqual(["Riesmeier Jörg", "Observer Verifying"]);
    const [, mass, text, , image] = document.root.children;
    expect(mass?.children.map(({ text: said, number }) => said || number?.value)).toEqual([
      "A mass of",
      3,
      "was detected.",
      undefined,
    ]);
    expect(text?.children[2]?.children[0]?.sameAs).toEqual([1, 3, 2]);
    expect(image?.reference).toMatchObject({ sopClassUid: "1.2.840.10008.5.1.4.1.1.2" });
  });

  test("PR000000.dcm: window, ellipse and text over a radiograph", () => {
    const state = presentationStateOf(jsonOf(readFileSync(path.join(FOLDER, "PR000000.dcm"))));
    expect(state).toMatchObject({
      description: "hip",
      windows: [{ images: [], window: { center: 2048, width: 4096 } }],
      areas: [{ topLeft: [0, 0], bottomRight: [2688, 2688], size: { mode: "SCALE TO FIT" } }],
      layers: [{ name: "MEASUREMENT_1", description: "Measurement oval" }],
      leftOut: [],
    });
    expect(state?.images).toEqual([
      {
        studyInstanceUid: "1.2.276.0.7230010.3.1.2.665618.6496.1546453790.314806",
        seriesInstanceUid: "1.2.276.0.7230010.3.1.3.665618.6496.1546453790.314807",
        sopClassUid: "1.2.840.10008.5.1.4.1.1.1",
        sopInstanceUid: "1.2.276.0.7230010.3.1.4.665618.6496.1546453790.314808",
        frameNumbers: [],
      },
    ]);
    const [annotation] = state?.annotations ?? [];
    expect(annotation?.graphics).toMatchObject([{ graphicType: "ELLIPSE", units: "PIXEL", isFilled: false }]);
    expect(annotation?.texts[0]?.text).toMatch(/^Mean: 2651\.41 {2}SD: 344\.29\r?\nMin: 1362\.00 US/);
  });

  test("pdf.dcm: without a title, with its type", () => {
    expect(encapsulatedDocumentOf(jsonOf(readFileSync(path.join(FOLDER, "pdf.dcm"))))).toMatchObject({
      title: "",
      mediaType: "application/pdf",
      concept: undefined,
    });
  });

  test("whatever is there is read or is no document", () => {
    const names = readdirSync(FOLDER).filter((name) => /^(sr|report|test-SR|PR|pdf)/.test(name));
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      const json = jsonOf(readFileSync(path.join(FOLDER, name)));
      const document = structuredDocumentOf(json);
      if (document) findingsOf(document);
      const read = document ?? presentationStateOf(json) ?? encapsulatedDocumentOf(json);
      expect(read, name).toBeDefined();
    }
  });
});
