import type { Answer } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { markOfRow } from "../mark-shelf.ts";

/** Of all readers of a study; what goes beyond is not shown. */
const MOST_SHOWN = 5000;

/** The marks on a study that the caller may see, with whose they are; none on images that are not shown. */
export async function listMarks(
  tx: HubTx,
  studyInstanceUid: string,
): Promise<Answer<"listMarks"> & { readonly studyId: string }> {
  const study = await tx
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirst();
  if (!study) throw new DomainError("not-found");
  const rows = await tx
    .selectFrom("reading_mark as m")
    .innerJoin("seen_instance as i", (join) =>
      join.onRef("i.sop_instance_uid", "=", "m.sop_instance_uid").onRef("i.study_id", "=", "m.study_id"),
    )
    .innerJoin("account as a", "a.id", "m.account_id")
    .selectAll("m")
    .select("a.display_name")
    .where("m.study_id", "=", study.id)
    .where("m.is_deleted", "=", false)
    .orderBy("a.username")
    .orderBy("m.number")
    .orderBy("m.id")
    .limit(MOST_SHOWN)
    .execute();
  return {
    studyId: study.id,
    marks: rows.map((row) => {
      const { points, ...mark } = markOfRow(row);
      return {
        ...mark,
        points: points.map(([x, y]) => [x, y]),
        taskId: row.task_id,
        author: { id: row.account_id, displayName: row.display_name },
      };
    }),
  };
}
