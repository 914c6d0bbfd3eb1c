import { type DemoInstance, generateCtStudy } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import { generateEcg } from "../../core/demo/ecg-study.ts";
import { metaEnd } from "../../core/dicom/meta-end.ts";

let made = 0;

/** A CT study of a few kilobytes, different at each call. */
export function smallCt(
  options: {
    readonly slices?: number;
    readonly size?: number;
    readonly patient?: DemoPatient;
    readonly studyDate?: string;
  } = {},
): DemoInstance[] {
  made += 1;
  return [
    ...generateCtStudy({
      seed: `small ${made}`,
      body: "phantom",
      slices: options.slices ?? 2,
      size: options.size ?? 16,
      patient: options.patient ?? DEMO_PEOPLE[0],
      studyDate: options.studyDate ?? "20261120",
      studyTime: "101500",
      accessionNumber: `T${made}`,
      institution: "延吉社区卫生服务中心",
      stationName: "CT1",
    }),
  ];
}

/** A two-second ECG, different at each call. */
export function smallEcg(options: { readonly patient?: DemoPatient } = {}): DemoInstance {
  made += 1;
  return generateEcg({
    seed: `small ${made}`,
    rhythm: "sinus",
    durationS: 2,
    patient: options.patient ?? DEMO_PEOPLE[1],
    studyDate: "20261120",
    studyTime: "101500",
    accessionNumber: `T${made}`,
    institution: "延吉社区卫生服务中心",
    stationName: "ECG1",
  });
}

/** What C-STORE would carry of a Part 10 file. */
export function dataSetOf(file: Uint8Array): Buffer {
  return Buffer.from(file.subarray(metaEnd(file) ?? 0));
}
