import { createHash } from "node:crypto";
import { sql } from "kysely";
import { personNameText } from "../../core/dicom/person-name.ts";
import { zoneOffsetAt } from "../../core/dicom/zone-offset.ts";
import { DomainError } from "../../core/errors.ts";
import { encapsulatedPdf } from "../../core/infra/pdf/encapsulated-pdf.ts";
import { reportPdf } from "../../core/infra/pdf/report-pdf.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { dayInZone, timeInZone } from "../../core/order/working-calendar.ts";
import type { InstanceReceiver } from "../../core/ports.ts";
import { deliverReport as deliver } from "../../core/report/sign-report.ts";
import { reportPdfTexts } from "../../core/texts/report-pdf-texts.ts";

export interface DeliverReportDeps {
  readonly db: Database;
  readonly receiver: InstanceReceiver;
  readonly inReadingTransaction: InReadingTransaction;
}

/**
 * Makes the PDF of a final report, stores it as Encapsulated PDF in the study, and says so on the task. Its UIDs come from
 * task and version and its bytes from the signed text, so that a second run stores nothing twice.
 */
export function deliverReport(deps: DeliverReportDeps): JobHandler<"deliver-report"> {
  return async ({ taskId }) => {
    const row = await signedReport(deps.db, taskId);
    if (!row.pdf_sop_instance_uid) {
      const sopInstanceUid = uidFrom(`pdf ${taskId} ${row.version}`);
      const known = await deps.db
        .selectFrom("instance")
        .select("id")
        .where("sop_instance_uid", "=", sopInstanceUid)
        .executeTakeFirst();
      if (!known) await storePdf(deps.receiver, row, sopInstanceUid);
      await deps.inReadingTransaction(null, (tx) => deliver(tx, taskId, sopInstanceUid));
    }
  };
}

interface HeaderAttributes {
  readonly "00100010"?: { readonly Value?: readonly [Readonly<Record<string, string>>] };
  readonly "00100020"?: { readonly Value?: readonly [string] };
}

interface SignedReportRow {
  readonly version: number;
  readonly findings: string;
  readonly impression: string;
  readonly author_name: string;
  readonly countersigner_name: string | null;
  readonly written_at: Date;
  readonly signed_at: Date;
  readonly content_sha256: Buffer;
  readonly pdf_sop_instance_uid: string | null;
  readonly modality: string;
  readonly clinical_history: string;
  readonly question: string;
  readonly study_instance_uid: string;
  readonly site_id: string;
  readonly study_date: string;
  readonly study_time: string;
  readonly dicom_study_id: string;
  readonly accession_number: string;
  readonly description: string;
  readonly body_parts: string[];
  readonly referring_physician: string;
  readonly patient_name: string;
  readonly patient_sex: string;
  readonly patient_age: string;
  readonly patient_birth_date: string;
  readonly patient_number: string;
  readonly attributes: HeaderAttributes;
  /** The patient as the images name her, when a change lies over that. */
  readonly own: { readonly birthDate: string; readonly sex: string; readonly attributes: HeaderAttributes } | null;
  readonly site_name: string;
  readonly centre_name: string;
  readonly time_zone: string;
}

async function signedReport(db: Database, taskId: string): Promise<SignedReportRow> {
  const { rows } = await sql<SignedReportRow>`
    SELECT v.version, v.findings, v.impression, v.author_name, v.countersigner_name, v.written_at, v.signed_at, v.content_sha256,
      t.pdf_sop_instance_uid, t.modality, t.clinical_history, t.question, s.study_instance_uid, s.site_id, s.study_date,
      s.study_time, s.dicom_study_id, s.accession_number, s.description, s.body_parts, s.referring_physician,
      s.patient_name, s.patient_sex, s.patient_age, s.patient_birth_date, p.patient_id AS patient_number, s.attributes, s.own,
      o.name AS site_name, c.name AS centre_name, o.time_zone
    FROM reading_task t JOIN study s ON s.id = t.study_id JOIN patient p ON p.id = s.patient_id
    JOIN site o ON o.id = t.site_id JOIN site c ON c.id = t.centre_site_id
    JOIN report_version v ON v.task_id = t.id AND v.status <> 'preliminary'
    WHERE t.id = ${taskId} ORDER BY v.version DESC LIMIT 1`.execute(db);
  if (!rows[0]) throw new DomainError("not-found");
  return rows[0];
}

async function storePdf(receiver: InstanceReceiver, row: SignedReportRow, sopInstanceUid: string): Promise<void> {
  const signedAt = row.signed_at.getTime();
  const pdf = await reportPdf({
    patientName: row.patient_name,
    patientSex: row.patient_sex,
    patientAge: row.patient_age,
    patientBirthDate: row.patient_birth_date,
    patientId: row.patient_number,
    accessionNumber: row.accession_number,
    siteName: row.site_name,
    centreName: row.centre_name,
    studyDate: row.study_date,
    studyTime: row.study_time,
    modality: row.modality,
    description: row.description,
    bodyParts: row.body_parts,
    clinicalHistory: row.clinical_history,
    question: row.question,
    findings: row.findings,
    impression: row.impression,
    authorName: row.author_name,
    countersignerName: row.countersigner_name ?? "",
    writtenAt: row.written_at.getTime(),
    signedAt,
    timeZone: row.time_zone,
    contentSha256: row.content_sha256.toString("hex"),
  });
  // The page says who she is; the header says what the images say, and like theirs is overlaid on its way out.
  const { own } = row;
  const name = (own ?? row).attributes["00100010"]?.Value?.[0] ?? {};
  const file = encapsulatedPdf(pdf, {
    studyInstanceUid: row.study_instance_uid,
    seriesInstanceUid: uidFrom(`reports ${row.study_instance_uid}`),
    sopInstanceUid,
    patientName: personNameText({
      alphabetic: name.Alphabetic ?? "",
      ideographic: name.Ideographic ?? "",
      phonetic: name.Phonetic ?? "",
    }),
    patientId: own ? (own.attributes["00100020"]?.Value?.[0] ?? "") : row.patient_number,
    patientBirthDate: own?.birthDate ?? row.patient_birth_date,
    patientSex: own?.sex ?? row.patient_sex,
    studyDate: row.study_date,
    studyTime: row.study_time,
    studyId: row.dicom_study_id,
    accessionNumber: row.accession_number,
    referringPhysician: row.referring_physician.replaceAll(" ", "^"),
    institutionName: row.centre_name,
    contentDate: dayInZone(signedAt, row.time_zone),
    contentTime: timeInZone(signedAt, row.time_zone),
    timezoneOffset: zoneOffsetAt(row.time_zone, signedAt),
    title: row.modality === "ECG" ? reportPdfTexts["pdf.title-ecg"][0] : reportPdfTexts["pdf.title-image"][0],
  });
  const incoming = await receiver.receivePart10({ siteId: row.site_id, via: "hub", sender: "hub" });
  try {
    await incoming.write(file);
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  await incoming.store();
}

/** 2.25 with 128 bits of the name's SHA-256 (PS3.5 §B.2 allows any UUID-derived integer): the same name, the same UID. */
function uidFrom(name: string): string {
  const digest = createHash("sha256").update(`tele-reading-hub ${name}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.subarray(0, 16).toString("hex")}`)}`;
}
