import { generateCtStudy } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import type { InstanceSource } from "../../core/ports.ts";
import { claimTask } from "../../core/reading/claim-task.ts";
import { requestReading, routeTask } from "../../core/reading/request-reading.ts";
import { countersignReport, submitReport } from "../../core/report/sign-report.ts";
import type { DemoDistrict } from "./demo-district.ts";
import { smallEcg } from "./small-studies.ts";

export const WRITTEN = { findings: "右肺上叶见结节，约 6 mm。", impression: "右肺上叶小结节，建议随访。" } as const;
export const ROUTINE = { clinicalHistory: "咳嗽一周", question: "肺炎？", urgency: "routine" } as const;

let made = 0;

/** A stored study that counts as complete; of a patient of its own unless told. */
export async function completeStudyOf(
  district: DemoDistrict,
  source: InstanceSource,
  options: { readonly modality?: "CT" | "ECG"; readonly patientId?: string; readonly patient?: DemoPatient } = {},
): Promise<string> {
  made += 1;
  const patient = options.patient ?? { ...DEMO_PEOPLE[2], id: options.patientId ?? `D${process.pid}-${made}` };
  const files =
    options.modality === "ECG"
      ? [smallEcg({ patient })]
      : generateCtStudy({
          seed: `desk ${process.pid} ${made}`,
          body: "phantom",
          slices: 1,
          size: 16,
          patient,
          studyDate: "20261120",
          studyTime: "101500",
          accessionNumber: `A${made}`,
          institution: "社区卫生服务中心",
          stationName: "CT1",
        });
  let studyInstanceUid = "";
  for (const file of files) studyInstanceUid = (await district.store(source, file.bytes)).studyInstanceUid;
  await district.db
    .updateTable("study")
    .set({ state: "complete", completed_at: new Date() })
    .where("study_instance_uid", "=", studyInstanceUid)
    .execute();
  return studyInstanceUid;
}

/** Asks as the site's technician and routes it; gives the task's id. */
export async function requestedTask(
  district: DemoDistrict,
  studyInstanceUid: string,
  username: string,
): Promise<string> {
  const technician = await district.actor(username);
  const taskId = await district.inReadingTransaction(technician, (tx) =>
    requestReading(tx, technician, studyInstanceUid, ROUTINE),
  );
  await district.inReadingTransaction(null, (tx) => routeTask(tx, taskId));
  return taskId;
}

/** Written by the radiologist, signed by the reviewer. */
export async function signedReport(district: DemoDistrict, taskId: string): Promise<void> {
  const [reader, second] = [await district.actor("radiologist"), await district.actor("reviewer")];
  await district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, taskId));
  await district.inReadingTransaction(reader, (tx) => submitReport(tx, reader, taskId, WRITTEN));
  await district.inReadingTransaction(second, (tx) => countersignReport(tx, second, taskId, WRITTEN));
}
