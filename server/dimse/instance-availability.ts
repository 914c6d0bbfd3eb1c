import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { itemsOf, stringOf } from "../../core/image/dicom-json.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { addNotice } from "../../core/infra/postgres/availability-queries.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import { INSTANCE_AVAILABILITY_SOP_CLASS } from "../../core/study/instance-availability.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";
import { readDataSet } from "./read-data-set.ts";

const MISSING_ATTRIBUTE = 0x0120;
const RETRIEVABLE = new Set(["ONLINE", "NEARLINE"]);

/** Instance Availability Notification (PS3.4 Annex R) as SCP: a PACS says that it has a study. */
export function instanceAvailabilityService(db: Database): DimseService {
  return {
    commandField: 0x0140,
    supports: (abstractSyntaxUid) => abstractSyntaxUid === INSTANCE_AVAILABILITY_SOP_CLASS,
    async serve(request, association) {
      const { dataSet } = await readDataSet(request);
      const studyInstanceUid = stringOf(dataSet, "0020000D") ?? "";
      if (!isUid(studyInstanceUid)) throw new DimseFault(MISSING_ATTRIBUTE, "Study Instance UID is missing");
      const instances = countRetrievable(dataSet);
      const { siteId, sender } = association.source;
      await asHub(db, async (tx) => {
        await addNotice(tx, { aeTitle: sender, siteId, studyInstanceUid, instances });
        const detail = { studyInstanceUid, instances };
        await writeAudit(tx, { actor: sender, action: "study.announced", outcome: "done", detail });
      });
      const { affectedSopInstanceUid } = request.command;
      await association.respond(request, {
        status: SUCCESS,
        ...(affectedSopInstanceUid && { affectedSopInstanceUid }),
      });
    },
  };
}

/** Referenced Series Sequence > Referenced SOP Sequence > Instance Availability (table R.3.2-1). */
function countRetrievable(dataSet: DicomJsonDataSet): number {
  const instances = itemsOf(dataSet, "00081115").flatMap((series) => itemsOf(series, "00081199"));
  return instances.filter((instance) => RETRIEVABLE.has(stringOf(instance, "00080056") ?? "")).length;
}
