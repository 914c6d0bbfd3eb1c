import type { Request } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { asActor, asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findWorkitem } from "../../core/infra/postgres/workitem-queries.ts";
import type { WorkitemPlace } from "../../core/reading/workitem.ts";
import type { NoteHidden } from "../http/note-hidden.ts";

/** A UID of a workitem, or one of the well-known ones. Throws `request-invalid`. */
export function workitemOfPath(request: Request): string {
  const { workitem } = request.params;
  if (typeof workitem !== "string" || !isUid(workitem)) throw new DomainError("request-invalid", { where: "workitem" });
  return workitem;
}

/** The task and the number of the workitem in the path; what the actor may not see is not found, and in the audit. */
export async function placeOfWorkitem(
  { db, noteHidden }: { readonly db: Database; readonly noteHidden: NoteHidden },
  request: Request,
  actor: Actor,
): Promise<WorkitemPlace> {
  const uid = workitemOfPath(request);
  const place = await asActor(db, actor, (tx) => findWorkitem(tx, uid));
  if (place) return place;
  const hidden = await asHub(db, (tx) => findWorkitem(tx, uid));
  if (hidden) await noteHidden(actor, `${request.method} /dicom-web/workitems`, { taskId: hidden.taskId });
  throw new DomainError("not-found");
}
