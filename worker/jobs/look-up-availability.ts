import type { Caller } from "../../core/infra/dimse-scu/open-association.ts";
import { findStudies } from "../../core/infra/dimse-scu/query-retrieve-scu.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { findNotice } from "../../core/infra/postgres/availability-queries.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { enqueuePriorsOfPatient } from "../../core/infra/postgres/prior-queries.ts";
import type { JobHandler } from "../../core/infra/queue/job-queue.ts";
import { atDestination } from "../at-destination.ts";

export interface LookUpAvailabilityDeps {
  readonly db: Database;
  readonly caller: Caller;
}

/**
 * A notice names a study and no patient (PS3.4 table R.3.2-1): the PACS that sent it is asked whose it is, and where one of
 * her studies is being read, her priors are fetched.
 */
export function lookUpAvailability({ db, caller }: LookUpAvailabilityDeps): JobHandler<"look-up-availability"> {
  return async ({ noticeId }) => {
    const notice = await findNotice(db, noticeId);
    if (!notice) return;
    const { aeTitle, siteId, studyInstanceUid } = notice;
    await atDestination(db, aeTitle, `notice ${noticeId}`, async (source) => {
      const found = await findStudies(caller, source, { studyInstanceUid });
      const study = found.find((each) => each.studyInstanceUid === studyInstanceUid);
      if (!study || source.siteId !== siteId) return;
      const { patientId, birthDate } = study;
      await asHub(db, (tx) => enqueuePriorsOfPatient(tx, { siteId, patientId, birthDate, source: aeTitle }));
    });
  };
}
