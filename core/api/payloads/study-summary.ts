import { z } from "zod";
import { PatientSummary } from "./patient-summary.ts";
import { DicomDate, Instant, SiteRef, Uid } from "./payload-parts.ts";
import { TaskSummary } from "./task-summary.ts";

export const StudySummary = z.object({
  studyInstanceUid: Uid,
  patient: PatientSummary,
  site: SiteRef,
  studyDate: DicomDate,
  studyTime: z.string(),
  accessionNumber: z.string(),
  description: z.string(),
  modalities: z.array(z.string()),
  bodyParts: z.array(z.string()),
  seriesCount: z.number(),
  instanceCount: z.number(),
  bytes: z.number(),
  state: z.enum(["receiving", "complete"]),
  /** Its instances disagree about who the patient is: to be looked at before reading. */
  identityConflict: z.boolean(),
  /** A prior was fetched to be compared with: nobody is asked to read it unless by hand. */
  purpose: z.enum(["reading", "prior"]),
  /** The newest change of the patient that lies over what its instances say. */
  identityChange: z.object({ at: Instant, by: z.string() }).nullable(),
  firstReceivedAt: Instant,
  lastReceivedAt: Instant,
  task: TaskSummary.nullable(),
});
export type StudySummary = z.infer<typeof StudySummary>;
