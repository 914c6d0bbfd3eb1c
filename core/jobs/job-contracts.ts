import { z } from "zod";

/** What a job carries and how it is tried again. Handlers are in worker/jobs, one each; payloads are ids only. */
export interface JobContract<Payload> {
  readonly payload: z.ZodType<Payload>;
  readonly attempts: number;
  /** First wait between attempts, doubled each time. */
  readonly backoffMs: number;
  /** Work that takes the processor for long, and work that waits for other systems, have lanes of their own: nothing else waits for it. */
  readonly lane: JobLane;
}

export const JOB_LANES = ["quick", "long", "outward"] as const;
export type JobLane = (typeof JOB_LANES)[number];

const contract = <Payload>(
  payload: z.ZodType<Payload>,
  { attempts = 8, backoffMs = 1000, lane = "quick" }: { attempts?: number; backoffMs?: number; lane?: JobLane } = {},
): JobContract<Payload> => ({ payload, attempts, backoffMs, lane });

/** Another system may be away for days: the last of these attempts comes after three. */
const OUTWARD = { attempts: 18, backoffMs: 2000, lane: "outward" } as const;
const studyId = z.object({ studyId: z.string() });
const taskId = z.object({ taskId: z.string() });

export const JOBS = {
  /** Looks whether the study has been quiet long enough; if not, puts itself off. */
  "complete-study": contract(studyId),
  /** Asks for the reading of a complete study whose site has every study read. */
  "request-reading": contract(studyId),
  /** Puts a requested task on the reading list of its centre. */
  "route-task": contract(taskId),
  /** Makes ready what a viewer asks for first: the metadata and the reading bundle of each series. */
  "prepare-study": contract(studyId, { lane: "long" }),
  /** Makes the file of a de-identified export. */
  "export-studies": contract(z.object({ exportId: z.string() }), { lane: "long", attempts: 3 }),
  /** Reads what a device wants committed again, and reports to it; a device may be away for days. */
  "commit-storage": contract(z.object({ commitmentId: z.string() }), OUTWARD),
  /** Tells a system that a study of its site is complete. */
  "announce-study": contract(z.object({ studyId: z.string(), aeTitle: z.string() }), OUTWARD),
  /** Sends a study on to another archive, which may be away for days. */
  "forward-study": contract(z.object({ transferId: z.string() }), OUTWARD),
  /** Has the PACS of a study's hospital send the patient's earlier ones; it may be away for days. */
  "fetch-priors": contract(z.object({ transferId: z.string() }), OUTWARD),
  /** Asks a PACS whose the study is that it says it has. */
  "look-up-availability": contract(z.object({ noticeId: z.string() }), OUTWARD),
  /** Deletes the originals of a study whose deletion an administrator has confirmed. */
  "delete-study": contract(z.object({ deletionId: z.uuid() })),
  /** Moves the originals of a study that nobody has looked at for long to the cold store. */
  "cool-study": contract(studyId, { lane: "long" }),
  /** Makes the PDF of a final report and stores it in the study; then the report counts as delivered. */
  "deliver-report": contract(taskId),
} as const;

export type JobName = keyof typeof JOBS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]["payload"]>;
