import { sql } from "kysely";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { type Caller, type Destination, openAssociation } from "../../core/infra/dimse-scu/open-association.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { wholeDataSet } from "../../core/infra/upper-layer/whole-data-set.ts";
import {
  type AvailableInstance,
  availabilityDataSet,
  INSTANCE_AVAILABILITY_SOP_CLASS,
} from "../../core/study/instance-availability.ts";
import { atDestination } from "../at-destination.ts";

export interface AnnounceStudyDeps {
  readonly db: Database;
  readonly caller: Caller;
}

const N_CREATE = 0x0140;

/** Tells one system that a study is complete and can be retrieved here. Told twice it learns nothing new. */
export function announceStudy(deps: AnnounceStudyDeps): JobHandler<"announce-study"> {
  return ({ studyId, aeTitle }) =>
    atDestination(deps.db, aeTitle, `announce ${studyId} ${aeTitle}`, (destination) =>
      announce(deps, studyId, destination),
    );
}

async function announce({ db, caller }: AnnounceStudyDeps, studyId: string, destination: Destination): Promise<void> {
  const { aeTitle } = destination;
  const study = await db.selectFrom("study").select("study_instance_uid").where("id", "=", studyId).executeTakeFirst();
  if (!study) return;
  const { rows: instances } = await sql<AvailableInstance>`
    SELECT s.series_instance_uid AS "seriesInstanceUid", i.sop_class_uid AS "sopClassUid", i.sop_instance_uid AS "sopInstanceUid"
    FROM seen_instance i JOIN series s ON s.id = i.series_id WHERE i.study_id = ${studyId} ORDER BY s.id, i.id`.execute(
    db,
  );
  const association = await openAssociation(caller, destination, [
    {
      abstractSyntaxUid: INSTANCE_AVAILABILITY_SOP_CLASS,
      transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN],
    },
  ]);
  try {
    const [context] = association.contexts;
    if (!context) throw new DomainError("peer-refused", { aeTitle });
    const dataSet = availabilityDataSet(study.study_instance_uid, instances, caller.aeTitle);
    const isImplicitVr = context.transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
    const bytes = encodeDataSet(dataSet, { isImplicitVr, characterSet: "ISO_IR 192" });
    const command = {
      commandField: N_CREATE,
      affectedSopClassUid: INSTANCE_AVAILABILITY_SOP_CLASS,
      affectedSopInstanceUid: newUid(),
    };
    const { command: answer } = await association.request(context, command, wholeDataSet(bytes));
    if (answer.status !== 0) throw new DomainError("peer-refused", { aeTitle, status: answer.status ?? null });
  } finally {
    await association.release().catch(() => undefined);
  }
}
