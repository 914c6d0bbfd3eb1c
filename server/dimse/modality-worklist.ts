import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { personNameOf, stringOf } from "../../core/image/dicom-json.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { characterSetOf, findWorklist, type WorklistQuery } from "../../core/infra/postgres/worklist-queries.ts";
import { DimseFault, identifierFault } from "./dimse-fault.ts";
import type { DimseService } from "./dimse-service.ts";
import { SUCCESS } from "./dimse-status.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { readDataSet } from "./read-data-set.ts";
import { STEP_SEQUENCE, worklistItem } from "./worklist-item.ts";

const MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31";
const PENDING = 0xff00;
const CANCELLED = 0xfe00;
const OUT_OF_RESOURCES = 0xa700;
/** A day of a large centre, many times over. */
const MAX_ITEMS = 1000;

/** Basic Worklist Management (PS3.4 Annex K): a device gets the orders of its own site that are still to be done. */
export function modalityWorklistService(db: Database): DimseService {
  return {
    commandField: 0x0020,
    supports: (abstractSyntaxUid) => abstractSyntaxUid === MODALITY_WORKLIST_FIND,
    async serve(request, association) {
      const { dataSet: asked, characterSet: askedFor } = await readDataSet(request);
      const { siteId, sender } = association.source;
      const characterSet = (await characterSetOf(db, sender)) ?? askedFor;
      const rows = await findWorklist(db, worklistQuery(asked, siteId), MAX_ITEMS + 1);
      for (const row of rows.slice(0, MAX_ITEMS)) {
        if (request.signal.aborted) return association.respond(request, { status: CANCELLED });
        const bytes = encodeAnswer(worklistItem(row, asked), characterSet, request.context.transferSyntaxUid);
        await association.respond(request, { status: PENDING }, bytes);
      }
      if (rows.length > MAX_ITEMS)
        throw new DimseFault(OUT_OF_RESOURCES, `More than ${MAX_ITEMS} matches, ask for less`);
      await association.respond(request, { status: SUCCESS });
    },
  };
}

function worklistQuery(asked: DicomJsonDataSet, siteId: string): WorklistQuery {
  const step = (asked[STEP_SEQUENCE]?.Value?.[0] ?? {}) as DicomJsonDataSet;
  const [from, to] = range(stringOf(step, "00400002"), /^\d{8}$/, "Scheduled Procedure Step Start Date");
  const [fromTime, toTime] = range(stringOf(step, "00400003"), /^\d{2,6}$/, "Scheduled Procedure Step Start Time");
  const name = personNameOf(asked, "00100010");
  return {
    siteId,
    from,
    to,
    fromTime,
    toTime,
    modality: text(stringOf(step, "00080060")),
    stationAeTitle: text(stringOf(step, "00400001")),
    stepId: text(stringOf(step, "00400009")),
    accessionNumber: text(stringOf(asked, "00080050")),
    patientId: text(stringOf(asked, "00100020")),
    patientName: text(name.han || name.latin || undefined),
    studyInstanceUid: text(stringOf(asked, "0020000D")),
  };
}

/** Null for universal matching. */
function text(value: string | undefined): string | null {
  return value === undefined || /^\**$/.test(value) ? null : value.replaceAll("\0", "");
}

/** `a`, `a-b`, `a-`, `-b` (PS3.4 §C.2.2.2.5); fractions and colons of a time are left out. */
function range(value: string | undefined, form: RegExp, keyword: string): readonly [string | null, string | null] {
  const given = text(value);
  if (given === null) return [null, null];
  const parts = given
    .replace(/\.\d*(?=-|$)/g, "")
    .replaceAll(":", "")
    .split("-")
    .map((part) => part.trim());
  if (parts.length > 2 || parts.some((part) => part !== "" && !form.test(part)))
    throw identifierFault(`${keyword} has a value that is not allowed`);
  const [first = "", last = first] = parts;
  return [first || null, last || null];
}
