import { type DicomJsonDataSet, dicomJson } from "../../dicom/dicom-json.ts";
import { encodeDataSet } from "../../dicom/encode-data-set.ts";
import { part10Header } from "../../dicom/part10-header.ts";
import { readPart10 } from "../../dicom/read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, isUid } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import { numberOf, stringOf, stringsOf } from "../../image/dicom-json.ts";
import type { FoundStudy } from "../../study/select-priors.ts";
import type { AcceptedContext } from "../upper-layer/pdu.ts";
import { wholeDataSet } from "../upper-layer/whole-data-set.ts";
import { AssociationFailed } from "./association-failed.ts";
import { type Caller, type Destination, openAssociation } from "./open-association.ts";
import type { PeerMessage } from "./peer-inbox.ts";
import type { RequestedAssociation } from "./requested-association.ts";

const STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1";
const STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2";
const C_FIND = 0x0020;
const C_MOVE = 0x0021;
/** No patient has more studies: a PACS that answers with more does not look at the keys, and its answers mean nothing. */
const MAX_MATCHES = 1000;
/** A PACS may fetch a study from tape, or send all of it, before it says its next word. */
const MOVE_RESPONSE_MS = 600_000;
/** And all of a study, over whatever line the hospital has. */
const MOVE_WHOLE_MS = 6 * 3600_000;

/** The unique keys that a study is asked for by: whose it is, or which it is. */
export type StudyKeys = { readonly patientId: string; readonly issuer: string } | { readonly studyInstanceUid: string };

/**
 * C-FIND at study level of the Study Root (PS3.4 §C.6.2). Throws AssociationFailed, `peer-refused` with the
 * status, and `prior-answers-too-many`.
 */
export async function findStudies(
  caller: Caller,
  destination: Destination,
  keys: StudyKeys,
): Promise<readonly FoundStudy[]> {
  return onAssociation(caller, destination, STUDY_ROOT_FIND, async (association, context) => {
    const found: FoundStudy[] = [];
    let answers = 0;
    const command = { commandField: C_FIND, affectedSopClassUid: STUDY_ROOT_FIND, priority: 0 };
    const { command: answer } = await association.request(
      context,
      command,
      identifier(context, findKeys(keys)),
      (match) => {
        if (++answers > MAX_MATCHES) throw new DomainError("prior-answers-too-many", { aeTitle: destination.aeTitle });
        const study = foundStudy(context, match);
        if (isUid(study.studyInstanceUid)) found.push(study); // without one it cannot be asked for
      },
    );
    if (answer.status !== 0) throw refused(destination, answer.status);
    return found;
  });
}

export interface MoveOutcome {
  /** Instances that the PACS could not send, or the hub would not take; at least one where it only says that there were. */
  readonly failed: number;
}

/** C-MOVE of whole studies to our own AE title (PS3.4 §C.4.2), one after the other. Throws as `findStudies`. */
export async function moveStudies(
  caller: Caller,
  destination: Destination,
  studies: readonly FoundStudy[],
  on: {
    readonly asking: (study: FoundStudy) => Promise<void>;
    readonly moved: (study: FoundStudy, outcome: MoveOutcome) => Promise<void>;
  },
): Promise<void> {
  const lenient = { ...caller, timeouts: { responseMs: MOVE_RESPONSE_MS, wholeMs: MOVE_WHOLE_MS, ...caller.timeouts } };
  await onAssociation(lenient, destination, STUDY_ROOT_MOVE, async (association, context) => {
    for (const study of studies) {
      await on.asking(study);
      const keys = { "00080052": cs("STUDY"), "0020000D": ui(study.studyInstanceUid) };
      const { command: answer } = await association.request(
        context,
        {
          commandField: C_MOVE,
          affectedSopClassUid: STUDY_ROOT_MOVE,
          priority: 0,
          moveDestination: caller.aeTitle,
        },
        identifier(context, keys),
        mustGoOn(lenient.timeouts.responseMs),
      );
      const status = answer.status ?? 0xffff;
      // B000H: sub-operations complete, some failed (PS3.4 table C.4-2)
      if (status !== 0 && status !== 0xb000) throw refused(destination, status);
      await on.moved(study, { failed: answer.failedSuboperations ?? (status === 0 ? 0 : 1) });
    }
  });
}

/** Hears the sub-operations counted (PS3.4 §C.4.2.1.6): a PACS that says "pending" and sends nothing is as good as silent. */
function mustGoOn(limitMs: number): (pending: PeerMessage) => void {
  let [done, since] = [-1, performance.now()];
  return ({ command }) => {
    const { completedSuboperations: completed, failedSuboperations = 0, warningSuboperations = 0 } = command;
    if (completed === undefined) return; // it does not count: the whole has its limit
    const now = completed + failedSuboperations + warningSuboperations;
    if (now !== done) [done, since] = [now, performance.now()];
    else if (performance.now() - since > limitMs) throw new AssociationFailed("silent", "pending, and nothing is sent");
  };
}

async function onAssociation<T>(
  caller: Caller,
  destination: Destination,
  abstractSyntaxUid: string,
  work: (association: RequestedAssociation, context: AcceptedContext) => Promise<T>,
): Promise<T> {
  const association = await openAssociation(caller, destination, [
    { abstractSyntaxUid, transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN] },
  ]);
  try {
    const [context] = association.contexts;
    if (!context) throw new DomainError("peer-refused", { aeTitle: destination.aeTitle });
    const result = await work(association, context);
    await association.release().catch(() => undefined);
    return result;
  } catch (error) {
    association.abort(); // answers may still be on their way
    throw error;
  }
}

const refused = ({ aeTitle }: Destination, status: number | undefined) =>
  new DomainError("peer-refused", { aeTitle, status: status ?? null });

const cs = (value: string) => ({ vr: "CS", Value: [value] });
const ui = (value: string) => ({ vr: "UI", Value: [value] });

/** What is answered stands in it, too (PS3.4 §C.2.2.1.3): empty keys match everything. */
function findKeys(keys: StudyKeys): DicomJsonDataSet {
  const byPatient = "patientId" in keys;
  return {
    "00080020": { vr: "DA" },
    "00080030": { vr: "TM" },
    "00080052": cs("STUDY"),
    "00080061": { vr: "CS" },
    "00100020": byPatient ? { vr: "LO", Value: [keys.patientId] } : { vr: "LO" },
    "00100021": byPatient && keys.issuer !== "" ? { vr: "LO", Value: [keys.issuer] } : { vr: "LO" },
    "00100030": { vr: "DA" },
    "0020000D": byPatient ? { vr: "UI" } : ui(keys.studyInstanceUid),
    "00201208": { vr: "IS" },
  };
}

function identifier(context: AcceptedContext, keys: DicomJsonDataSet): AsyncGenerator<Uint8Array, void> {
  const isImplicitVr = context.transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
  return wholeDataSet(encodeDataSet(keys, { isImplicitVr, characterSet: "ISO_IR 192" }));
}

function foundStudy(context: AcceptedContext, { dataSet }: PeerMessage): FoundStudy {
  const answer = read(context, dataSet ?? Buffer.of());
  // Postgres keeps no NUL in text
  const text = (tag: string) => (stringOf(answer, tag) ?? "").replaceAll("\0", "");
  return {
    studyInstanceUid: text("0020000D"),
    patientId: text("00100020"),
    issuer: text("00100021"),
    // ACR-NEMA's 1950.02.03 is still met with
    birthDate: text("00100030").replaceAll(".", ""),
    studyDate: text("00080020").replaceAll(".", ""),
    studyTime: text("00080030").replaceAll(":", ""),
    modalities: stringsOf(answer, "00080061").map((modality) => modality.trim()),
    instances: numberOf(answer, "00201208") ?? null,
  };
}

function read(context: AcceptedContext, bytes: Buffer): DicomJsonDataSet {
  const header = part10Header({
    sopClassUid: context.abstractSyntaxUid,
    sopInstanceUid: "2.25.0",
    transferSyntaxUid: context.transferSyntaxUid,
    sourceAeTitle: "",
  });
  try {
    return dicomJson(readPart10(Buffer.concat([header, bytes]), true).dataSet);
  } catch {
    throw new AssociationFailed("protocol", "an answer cannot be read");
  }
}
