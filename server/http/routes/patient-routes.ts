import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { patientTransactions } from "../../../core/infra/postgres/patient-transaction.ts";
import {
  getPatient,
  getPatientChange,
  listIdentityConflicts,
  listPatientChanges,
  listPatients,
} from "../../../core/infra/postgres/queries/patient-queries.ts";
import { writeAudit } from "../../../core/infra/postgres/write-audit.ts";
import { differenceToken } from "../../../core/patient/difference-token.ts";
import { makePatientChange, reconcilePatient, undoPatientChange } from "../../../core/patient/reconcile-patient.ts";
import type { Handlers } from "../api-router.ts";

type PatientHandlers =
  | "listPatients"
  | "getPatient"
  | "listIdentityConflicts"
  | "previewPatientChange"
  | "makePatientChange"
  | "listPatientChanges"
  | "undoPatientChange";

/** Who a patient is: merge, link, move, correct, each shown before and undone after. */
export function patientRoutes(db: Database): Pick<Handlers, PatientHandlers> {
  const patients = patientTransactions(db);
  return {
    listPatients: ({ actor, query }) => listPatients(db, actor, query),
    getPatient: ({ actor, params }) => asActor(db, actor, (tx) => getPatient(tx, params.patientKey)),
    listIdentityConflicts: ({ actor, query }) => asActor(db, actor, (tx) => listIdentityConflicts(tx, actor, query)),
    previewPatientChange: async ({ actor, body }) => {
      const { difference } = await patients.tryOut(actor, (tx) => reconcilePatient(tx, actor, body, "preview"));
      await asActor(db, actor, (tx) =>
        writeAudit(tx, {
          actor: actor.username,
          accountId: actor.accountId,
          action: "patient.preview",
          outcome: "done",
          detail: { kind: body.kind, studies: difference.studyCount },
        }),
      );
      return { difference, token: differenceToken(difference) };
    },
    makePatientChange: async ({ actor, body }) => {
      const changeId = await patients.run(actor, (tx) => makePatientChange(tx, actor, body.change, body));
      return asActor(db, actor, (tx) => getPatientChange(tx, changeId));
    },
    listPatientChanges: ({ actor, query }) => asActor(db, actor, (tx) => listPatientChanges(tx, query)),
    undoPatientChange: async ({ actor, params }) => {
      await patients.run(actor, (tx) => undoPatientChange(tx, actor, params.changeId));
      return asActor(db, actor, (tx) => getPatientChange(tx, params.changeId));
    },
  };
}
