import { errorTexts } from "../../core/texts/error-texts.ts";
import { adminTexts } from "./texts/admin-texts.ts";
import { auditTexts } from "./texts/audit-texts.ts";
import { commonTexts } from "./texts/common-texts.ts";
import { ctTexts } from "./texts/ct-texts.ts";
import { ecgTexts } from "./texts/ecg-texts.ts";
import { exportTexts } from "./texts/export-texts.ts";
import { gpTexts } from "./texts/gp-texts.ts";
import { orderTexts } from "./texts/order-texts.ts";
import { patientTexts } from "./texts/patient-texts.ts";
import { readingTexts } from "./texts/reading-texts.ts";
import { reportTexts } from "./texts/report-texts.ts";
import { retentionTexts } from "./texts/retention-texts.ts";
import { shellTexts } from "./texts/shell-texts.ts";
import { technicianTexts } from "./texts/technician-texts.ts";
import { transferTexts } from "./texts/transfer-texts.ts";

/** Every text of the pages. A key that is missing here does not compile. */
export const catalogue = {
  ...adminTexts,
  ...exportTexts,
  ...auditTexts,
  ...commonTexts,
  ...ctTexts,
  ...ecgTexts,
  ...gpTexts,
  ...orderTexts,
  ...patientTexts,
  ...readingTexts,
  ...reportTexts,
  ...retentionTexts,
  ...shellTexts,
  ...technicianTexts,
  ...transferTexts,
  ...errorTexts,
} as const;

export type TextKey = keyof typeof catalogue;
