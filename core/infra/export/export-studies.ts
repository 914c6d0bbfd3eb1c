import { methodsOf } from "../../deidentify/deidentify-options.ts";
import { pseudonymsOf } from "../../deidentify/pseudonyms.ts";
import type { RefusalReason } from "../../deidentify/refusal-reasons.ts";
import { DomainError } from "../../errors.ts";
import { asHub } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { type ExportOrder, noteProgress, pseudonymOf } from "../postgres/export-progress.ts";
import { findOverlay } from "../postgres/identity-overlays.ts";
import { listStoredInstances, type StoredInstance } from "../postgres/stored-instances.ts";
import { type ExportParts, exportInstance } from "./export-instance.ts";
import type { ExportSink } from "./export-sink.ts";

export interface ExportDeps extends ExportParts {
  readonly db: Database;
}

/** Progress is written after so many instances. */
const BATCH = 20;
const DESCRIPTION = "export.json";
/** Of its new UID: enough to tell the studies of a patient apart, the same in every export of the project. */
const STUDY_DIGITS = 10;

interface Counts {
  exported: number;
  refused: Partial<Record<RefusalReason, number>>;
}

/**
 * Writes every instance of the studies that may go into the sink, one at a time, in folders of patient, study and series that
 * are numbered, not named, so that the exports of a project can lie in one folder; and what was done as JSON beside them.
 * What is refused is kept with its reason.
 */
export async function exportStudies(deps: ExportDeps, order: ExportOrder, sink: ExportSink): Promise<void> {
  const { uid, shiftDays } = pseudonymsOf(order.key);
  const patients = new Map<string, string>();
  const counts: Counts = { exported: 0, refused: {} };
  const progress = progressOf(deps.db, order.id);
  for (const { studyId, studyInstanceUid, patientId, hasIdentityConflict } of order.studies) {
    const days = shiftDays(patientId);
    const pseudonym = patients.get(patientId) ?? (await pseudonymOf(deps.db, order, { patientId, shiftDays: days }));
    patients.set(patientId, pseudonym);
    const overlay = await findOverlay(deps.db, studyId);
    const request = {
      options: order.options,
      pseudonym,
      shiftDays: days,
      uid,
      ...(overlay && { corrected: overlay.laid }),
    };
    const folder = `${pseudonym}/ST${uid(studyInstanceUid).slice(-STUDY_DIGITS)}`;
    const instances = await asHub(deps.db, (tx) => listStoredInstances(tx, studyId, null));
    for (const { instance, place } of placed(instances)) {
      const name = `${folder}/${place}`;
      const reason = hasIdentityConflict
        ? ("identity-unsure" as const)
        : await exportOne(deps, instance, { request, sink, name });
      if (reason) counts.refused[reason] = (counts.refused[reason] ?? 0) + 1;
      else counts.exported++;
      await progress.note(instance.id, reason);
    }
  }
  await progress.flush();
  await sink.add(DESCRIPTION, describe(order, patients.size, counts));
}

interface Destination {
  readonly request: Parameters<typeof exportInstance>[2];
  readonly sink: ExportSink;
  readonly name: string;
}

/** Null when it went out whole, else why it did not. */
async function exportOne(
  deps: ExportDeps,
  instance: StoredInstance,
  { request, sink, name }: Destination,
): Promise<RefusalReason | null> {
  const made = await exportInstance(deps, instance, request);
  if (made.outcome === "refused") return made.reason;
  try {
    await sink.add(name, made.bytes);
    return null;
  } catch (error) {
    // a frame that cannot be read; what the storage does not give now may be there later
    if (error instanceof DomainError && error.code === "too-large") return "too-large";
    if (error instanceof DomainError && error.kind !== "unavailable") return "pixels-unreadable";
    throw error;
  }
}

/** Each instance with the name of its series' folder and its own. */
function placed(instances: readonly StoredInstance[]) {
  const series = new Map<string, { readonly number: number; count: number }>();
  return instances.map((instance) => {
    const own = series.get(instance.seriesInstanceUid) ?? { number: series.size + 1, count: 0 };
    series.set(instance.seriesInstanceUid, own);
    own.count += 1;
    return { instance, place: `SE${padded(own.number, 3)}/IM${padded(own.count, 6)}.dcm` };
  });
}

function progressOf(db: Database, exportId: string) {
  let exported = 0;
  let refusals: { readonly instanceId: string; readonly reason: RefusalReason }[] = [];
  const flush = async () => {
    await noteProgress(db, exportId, { exported, refusals });
    exported = 0;
    refusals = [];
  };
  return {
    flush,
    note: async (instanceId: string, reason: RefusalReason | null) => {
      if (reason) refusals.push({ instanceId, reason });
      else exported++;
      if (exported + refusals.length >= BATCH) await flush();
    },
  };
}

async function* describe(order: ExportOrder, patients: number, { exported, refused }: Counts): AsyncGenerator<Buffer> {
  const methods = methodsOf(order.options).map(({ code, meaning }) => ({ code, scheme: "DCM", meaning }));
  const said = { profile: "DICOM PS3.15 Annex E", methods, patients, studies: order.studies.length, exported, refused };
  yield Buffer.from(`${JSON.stringify(said, null, 2)}\n`);
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, "0");
}
