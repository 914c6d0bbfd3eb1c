import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { itemsOf, stringOf } from "../../core/image/dicom-json.ts";
import { announceChange } from "../../core/infra/postgres/announce-change.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import {
  addPerformedStep,
  endPerformedStep,
  lockPerformedStep,
  type MadeSeries,
} from "../../core/infra/postgres/performed-step-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { InstanceReceiver } from "../../core/ports.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseRequest, DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";
import { readDataSet } from "./read-data-set.ts";

const MPPS = "1.2.840.10008.3.1.2.3.3";
const INVALID_ATTRIBUTE_VALUE = 0x0106;
const PROCESSING_FAILURE = 0x0110;
const DUPLICATE_SOP_INSTANCE = 0x0111;
const NO_SUCH_SOP_INSTANCE = 0x0112;
const MISSING_ATTRIBUTE = 0x0120;
const STATUS = "00400252";

/** Modality Performed Procedure Step (PS3.4 Annex F), N-CREATE: a device has begun. */
export function performedStepCreateService(db: Database): DimseService {
  return {
    commandField: 0x0140,
    supports: (abstractSyntaxUid) => abstractSyntaxUid === MPPS,
    async serve(request, association) {
      const { dataSet } = await readDataSet(request);
      const sopInstanceUid = instanceUid(request.command.affectedSopInstanceUid);
      if (stringOf(dataSet, STATUS) !== "IN PROGRESS")
        throw new DimseFault(INVALID_ATTRIBUTE_VALUE, "A step begins IN PROGRESS");
      const [scheduled] = itemsOf(dataSet, "00400270");
      const studyInstanceUid = stringOf(scheduled, "0020000D") ?? "";
      if (!isUid(studyInstanceUid))
        throw new DimseFault(MISSING_ATTRIBUTE, "Study Instance UID of the step is missing");
      const { siteId, sender } = association.source;
      await asHub(db, async (tx) => {
        const stepId = stringOf(scheduled, "00400009") ?? "";
        const step = { sopInstanceUid, siteId, aeTitle: sender, studyInstanceUid, stepId };
        if (!(await addPerformedStep(tx, step)))
          throw new DimseFault(DUPLICATE_SOP_INSTANCE, "The step is known already");
        await writeAudit(tx, { actor: sender, action: "step.begin", outcome: "done", detail: { studyInstanceUid } });
        await announceChange(tx, { topic: "order", siteIds: [siteId], studyInstanceUid });
      });
      await association.respond(request, { status: SUCCESS, affectedSopInstanceUid: sopInstanceUid });
    },
  };
}

/**
 * The same, N-SET: how it goes on, or how it ended. When it is completed and every instance it made is here, the study need
 * not wait for its quiet time.
 */
export function performedStepSetService(db: Database, receiver: Pick<InstanceReceiver, "released">): DimseService {
  return {
    commandField: 0x0120,
    supports: (abstractSyntaxUid) => abstractSyntaxUid === MPPS,
    async serve(request, association) {
      const { dataSet } = await readDataSet(request);
      const sopInstanceUid = instanceUid(request.command.requestedSopInstanceUid);
      const { source } = association;
      const finished = await asHub(db, async (tx) => {
        const step = await lockPerformedStep(tx, source.siteId, sopInstanceUid);
        if (!step) throw new DimseFault(NO_SUCH_SOP_INSTANCE, "No such step");
        if (step.status !== "IN PROGRESS") throw new DimseFault(PROCESSING_FAILURE, "The step has ended already");
        const status = stringOf(dataSet, STATUS) ?? "IN PROGRESS";
        if (status === "IN PROGRESS") return null;
        if (status !== "COMPLETED" && status !== "DISCONTINUED")
          throw new DimseFault(INVALID_ATTRIBUTE_VALUE, "Status is not one of a performed step");
        const made = madeSeries(dataSet);
        const instances = made.reduce((sum, series) => sum + series.sopInstanceUids.length, 0);
        const { siteId, sender } = source;
        const { studyInstanceUid } = step;
        const missing = await endPerformedStep(tx, { siteId, sopInstanceUid }, status, made);
        const detail = { studyInstanceUid, status, instances, missing };
        await writeAudit(tx, { actor: sender, action: "step.end", outcome: "done", detail });
        await announceChange(tx, { topic: "order", siteIds: [siteId], studyInstanceUid });
        return status === "COMPLETED" && instances > 0 && missing === 0 ? studyInstanceUid : null;
      });
      await association.respond(request, { status: SUCCESS, affectedSopInstanceUid: sopInstanceUid });
      if (finished) await receiver.released(source, [finished]);
    },
  };
}

function instanceUid(uid: DimseRequest["command"]["affectedSopInstanceUid"]): string {
  if (uid === undefined || !isUid(uid))
    throw new DimseFault(MISSING_ATTRIBUTE, "SOP Instance UID of the step is missing");
  return uid;
}

/** Performed Series Sequence: images, and what is none (PS3.3 table C.4-15). An instance that is named twice is one. */
function madeSeries(dataSet: DicomJsonDataSet): readonly MadeSeries[] {
  const seen = new Set<string>();
  return itemsOf(dataSet, "00400340").map((series) => {
    const uids = [...itemsOf(series, "00081140"), ...itemsOf(series, "00400220")]
      .map((item) => stringOf(item, "00081155") ?? "")
      .filter((uid) => isUid(uid) && !seen.has(uid) && seen.add(uid));
    return {
      seriesInstanceUid: stringOf(series, "0020000E") ?? "",
      description: (stringOf(series, "0008103E") ?? stringOf(series, "00181030") ?? "").slice(0, 64),
      sopInstanceUids: [...new Set(uids)],
    };
  });
}
