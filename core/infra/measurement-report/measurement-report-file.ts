import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../dicom/uid.ts";
import type { CodedConcept } from "../../marks/coded-concept.ts";
import type { Finding } from "../../marks/finding.ts";
import type { ImageReference } from "../../marks/image-reference.ts";
import type { MarkedRegion } from "../../marks/marked-region.ts";
import { REPORT } from "../../marks/report-concepts.ts";
import { codeItem, containerItem, imageItem, rootContainer } from "../document/content-items.ts";
import { type DocumentContext, documentFile, HUB_NAME, type KeywordDataSet } from "../document/document-file.ts";
import { type Observer, observerContext } from "../document/observer-context.ts";
import { evidenceSequences } from "../document/referenced-instances.ts";
import { measurementGroup } from "./measurement-group.ts";

const ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22";
const COMPREHENSIVE_3D_SR = "1.2.840.10008.5.1.4.1.1.88.34";

export interface ReportedMarks {
  readonly observer: Observer;
  readonly findings: readonly Finding[];
  /** What was done, e.g. (77477000, SCT, "Computed tomography"); imaging of some kind where it is not known. */
  readonly procedure: CodedConcept | undefined;
  /** Modality of the images of the library, CID 29: (CT, DCM, "Computed Tomography"). */
  readonly modality: CodedConcept | undefined;
  /** The images to list beside those that the findings lie in: of findings in space, from which they were read. */
  readonly library: readonly ImageReference[];
  /** Nothing more is to come from this reader. */
  readonly isComplete: boolean;
}

/**
 * What one reader marked as a Measurement Report (PS3.16 TID 1500): Enhanced SR while all lies in images, Comprehensive 3D
 * SR once something lies in space (PS3.3 §A.35.2, §A.35.13). Throws RangeError for a number that is none.
 */
export function measurementReportFile(context: DocumentContext, marks: ReportedMarks): Buffer {
  const regions = marks.findings.flatMap(regionsOf);
  const images = onceEach([...regions.flatMap((each) => (each.in === "image" ? [each.image] : [])), ...marks.library]);
  const isInSpace = regions.some((each) => each.in === "space");
  return documentFile(
    context,
    {
      sopClassUid: isInSpace ? COMPREHENSIVE_3D_SR : ENHANCED_SR,
      modality: "SR",
      seriesNumber: "9912",
      seriesDescription: REPORT.imagingMeasurementReport.meaning,
    },
    {
      // Enhanced General Equipment, which 3D reports need (PS3.3 table A.35.13-1)
      ManufacturerModelName: HUB_NAME,
      DeviceSerialNumber: IMPLEMENTATION_CLASS_UID,
      SoftwareVersions: IMPLEMENTATION_VERSION_NAME,
      ReferencedPerformedProcedureStepSequence: [],
      PerformedProcedureCodeSequence: [],
      CompletionFlag: marks.isComplete ? "COMPLETE" : "PARTIAL",
      VerificationFlag: "UNVERIFIED",
      ...evidenceSequences(context.studyInstanceUid, images),
      ...rootContainer(REPORT.imagingMeasurementReport, content(marks, images), "1500"),
    },
  );
}

function content(marks: ReportedMarks, images: readonly ImageReference[]): readonly KeywordDataSet[] {
  return [
    codeItem("HAS CONCEPT MOD", REPORT.language, REPORT.chinese),
    ...observerContext(marks.observer),
    codeItem("HAS CONCEPT MOD", REPORT.procedureReported, marks.procedure ?? REPORT.imagingProcedure),
    ...(images.length > 0 ? [imageLibrary(marks.modality, images)] : []),
    containerItem(REPORT.imagingMeasurements, marks.findings.map(measurementGroup)),
  ];
}

/** TID 1600 with the group's modality (TID 1602). */
function imageLibrary(modality: CodedConcept | undefined, images: readonly ImageReference[]): KeywordDataSet {
  const group = containerItem(REPORT.imageLibraryGroup, [
    ...(modality ? [codeItem("HAS ACQ CONTEXT", REPORT.modality, modality)] : []),
    ...images.map((image) => imageItem("CONTAINS", image)),
  ]);
  return containerItem(REPORT.imageLibrary, [group], "1600");
}

function regionsOf({ region, path, measurements }: Finding): readonly MarkedRegion[] {
  return [
    ...(region ? [region] : []),
    ...(path ? [path] : []),
    ...measurements.flatMap((measurement) => measurement.along),
  ];
}

/** The library lists instances, with no frame more often than once. */
function onceEach(images: readonly ImageReference[]): readonly ImageReference[] {
  const byInstance = Map.groupBy(images, (image) => image.sopInstanceUid);
  return [...byInstance.values()].flatMap((those) => {
    const [first] = those;
    if (!first) return [];
    const isWhole = those.some((image) => image.frameNumbers.length === 0);
    const frames = new Set(those.flatMap((image) => image.frameNumbers));
    return [{ ...first, frameNumbers: isWhole ? [] : [...frames].sort((a, b) => a - b) }];
  });
}
