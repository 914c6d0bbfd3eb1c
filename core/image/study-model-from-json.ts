import { type DicomJsonDataset, itemsOf, numberOf, personNameOf, stringOf, stringsOf } from "./dicom-json.ts";
import { framesOfInstance } from "./frames-of-instance.ts";
import { orderFrames } from "./order-frames.ts";
import type { DocumentKind, ImageSeries, StudyDocument, StudyModel } from "./study-model.ts";

const STORAGE = "1.2.840.10008.5.1.4.1.1.";

/** The study from `GET /studies/{uid}/metadata` (PS3.18 10.4). Instances without pixels become documents. */
export function studyModelFromJson(studyInstanceUid: string, instances: readonly DicomJsonDataset[]): StudyModel {
  const images = instances.filter(isImage);
  const first = images[0] ?? instances[0];
  const groups = Map.groupBy(images, (instance) => stringOf(instance, "0020000E") ?? "");
  return {
    studyInstanceUid,
    patient: {
      name: personNameOf(first, "00100010"),
      patientId: stringOf(first, "00100020") ?? "",
      sex: stringOf(first, "00100040") ?? "",
      birthDate: stringOf(first, "00100030") ?? "",
      age: stringOf(first, "00101010") ?? "",
    },
    accessionNumber: stringOf(first, "00080050") ?? "",
    studyDate: stringOf(first, "00080020") ?? "",
    studyTime: stringOf(first, "00080030") ?? "",
    description: stringOf(first, "00081030") ?? "",
    institution: stringOf(first, "00080080") ?? "",
    series: [...groups.values()].map(seriesOf).sort(bySeriesNumber),
    documents: instances.filter((instance) => !isImage(instance)).map(documentOf),
  };
}

function isImage(instance: DicomJsonDataset): boolean {
  const sopClassUid = stringOf(instance, "00080016") ?? "";
  return (
    (numberOf(instance, "00280010") ?? 0) > 0 &&
    (numberOf(instance, "00280011") ?? 0) > 0 &&
    (numberOf(instance, "00280100") ?? 0) >= 8 &&
    !sopClassUid.startsWith(`${STORAGE}66.`) // segmentations and the like lie over images, they are none
  );
}

function seriesOf(instances: readonly DicomJsonDataset[]): ImageSeries {
  const first = instances[0];
  const kernel = kernelOf(first);
  return {
    seriesInstanceUid: stringOf(first, "0020000E") ?? "",
    seriesNumber: numberOf(first, "00200011"),
    description: stringOf(first, "0008103E") ?? "",
    modality: stringOf(first, "00080060") ?? "",
    bodyPart: stringOf(first, "00180015") ?? "",
    ...(kernel === undefined ? {} : { convolutionKernel: kernel }),
    imageType: stringsOf(first, "00080008"),
    frames: orderFrames(instances.flatMap(framesOfInstance)),
  };
}

/** Enhanced CT says it in the CT Reconstruction macro (PS3.3 C.8.15.3.9). */
function kernelOf(instance: DicomJsonDataset | undefined): string | undefined {
  const shared = itemsOf(instance, "52009229")[0];
  return stringOf(instance, "00181210") ?? stringOf(itemsOf(shared, "00189314")[0], "00181210");
}

function bySeriesNumber(a: ImageSeries, b: ImageSeries): number {
  return (
    (a.seriesNumber ?? Number.MAX_SAFE_INTEGER) - (b.seriesNumber ?? Number.MAX_SAFE_INTEGER) ||
    (a.seriesInstanceUid < b.seriesInstanceUid ? -1 : 1)
  );
}

function documentOf(instance: DicomJsonDataset): StudyDocument {
  const sopClassUid = stringOf(instance, "00080016") ?? "";
  return {
    kind: documentKind(sopClassUid),
    seriesInstanceUid: stringOf(instance, "0020000E") ?? "",
    sopInstanceUid: stringOf(instance, "00080018") ?? "",
    sopClassUid,
    modality: stringOf(instance, "00080060") ?? "",
    title: stringOf(instance, "00420010") ?? stringOf(instance, "0008103E") ?? "",
    date: stringOf(instance, "00080023") ?? stringOf(instance, "00080020") ?? "",
  };
}

function documentKind(sopClassUid: string): DocumentKind {
  if (sopClassUid === `${STORAGE}104.1`) return "pdf";
  if (sopClassUid.startsWith(`${STORAGE}88.`)) return "report";
  if (sopClassUid.startsWith(`${STORAGE}9.`)) return "ecg";
  if (sopClassUid.startsWith(`${STORAGE}11.`)) return "presentation";
  return "other";
}
