import { z } from "zod";
import { MARK_NAMES, MARK_POINTS } from "../../reading/mark-names.ts";
import { AccountRef, byStudy, byTask, Text, Uid } from "./payload-parts.ts";

/** Image pixels; a handle may be drawn beside the image, but not out of this world. */
const Pixel = z.number().min(-100_000).max(100_000);

const Mark = z.object({
  /** Made by the page, so that the same once more is the same mark. */
  id: z.uuid(),
  sopInstanceUid: Uid,
  frameNumber: z.number().int().min(1).max(1_000_000),
  kind: z.enum(MARK_NAMES),
  points: z
    .array(z.tuple([Pixel, Pixel]))
    .min(1)
    .max(256),
  label: Text(200),
  /** Of the finding, as its reader counts. */
  number: z.number().int().min(1).max(9999),
  deleted: z.boolean(),
  /** Counted up by the page with each change; the highest is the one that stands. */
  revision: z.number().int().min(1).max(1_000_000_000),
});

const MarkToSave = Mark.refine(({ kind, points }) => points.length === MARK_POINTS[kind], { path: ["points"] });

const ShownMark = Mark.extend({ taskId: z.uuid(), author: AccountRef });
export type ShownMark = z.infer<typeof ShownMark>;

export const MARK_PAYLOADS = {
  listMarks: { params: byStudy, answer: z.object({ marks: z.array(ShownMark) }) },
  saveMarks: {
    params: byTask,
    body: z.object({ marks: z.array(MarkToSave).min(1).max(50) }),
    answer: z.object({
      saved: z.array(z.uuid()),
      /** Another window was first: these stand as they are here. */
      outdated: z.array(Mark),
      /** On images that are not shown (any more): not saved. */
      gone: z.array(z.uuid()),
    }),
  },
} as const;
