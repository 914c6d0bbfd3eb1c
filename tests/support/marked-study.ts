import { CT_IMAGE_STORAGE } from "../../core/demo/ct-attributes.ts";
import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { newUid } from "../../core/dicom/uid.ts";
import type { DocumentContext } from "../../core/infra/document/document-file.ts";
import type { ImageReference } from "../../core/marks/image-reference.ts";
import { smallCt } from "./small-studies.ts";

/** A reader, as PN. */
export const READER = "Wen^Qing=文^清";

export interface MarkedStudy {
  readonly files: readonly DemoInstance[];
  /** The slices, each as a whole. */
  readonly images: readonly [ImageReference, ImageReference, ImageReference];
  /** For a new document in it, each time it is asked. */
  context(): DocumentContext;
}

/** A CT of three slices of 32 × 32, and what a document in it takes over from it. */
export function markedStudy(): MarkedStudy {
  const [patient] = DEMO_PEOPLE;
  const files = smallCt({ slices: 3, size: 32, patient });
  const studyInstanceUid = files[0]?.studyInstanceUid ?? "";
  const [first, second, third] = files.map(({ seriesInstanceUid, sopInstanceUid }) => ({
    studyInstanceUid,
    seriesInstanceUid,
    sopClassUid: CT_IMAGE_STORAGE,
    sopInstanceUid,
    frameNumbers: [],
  }));
  if (!first || !second || !third) throw new Error("not three slices");
  return {
    files,
    images: [first, second, third],
    context: () => ({
      studyInstanceUid,
      seriesInstanceUid: newUid(),
      sopInstanceUid: newUid(),
      patientName: `${patient.nameLatin}=${patient.nameHan}`,
      patientId: patient.id,
      patientBirthDate: patient.birthDate,
      patientSex: patient.sex,
      studyDate: "20261120",
      studyTime: "101500",
      studyId: "1",
      accessionNumber: "A20261120001",
      referringPhysician: "Piao^Meihua=朴^美花",
      institutionName: "区中心影像诊断中心",
      contentDate: "20261120",
      contentTime: "113000",
      timezoneOffset: "+0800",
    }),
  };
}

/** What the archive's metadata say of a file. */
export function jsonOf(file: Buffer): DicomJsonDataSet {
  return dicomJson(readPart10(file, true).dataSet);
}
