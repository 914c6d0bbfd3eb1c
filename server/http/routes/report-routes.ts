import { sitesFor } from "../../../core/access/actor.ts";
import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { noteView } from "../../../core/infra/postgres/note-view.ts";
import { getReport, listReports, reportPdfBlob } from "../../../core/infra/postgres/queries/report-queries.ts";
import { taskSummary } from "../../../core/infra/postgres/queries/summary-rows.ts";
import { taskRow } from "../../../core/infra/postgres/queries/task-queries.ts";
import type { InReadingTransaction } from "../../../core/infra/postgres/reading-transaction.ts";
import type { BlobStore } from "../../../core/ports.ts";
import { encapsulatedPdfRange } from "../../../core/report/encapsulated-pdf-range.ts";
import { acknowledgeReport } from "../../../core/report/sign-report.ts";
import type { Handlers } from "../api-router.ts";

export interface ReportRouteDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly inReadingTransaction: InReadingTransaction;
}

export function reportRoutes(
  deps: ReportRouteDeps,
): Pick<Handlers, "listReports" | "getReport" | "getReportPdf" | "acknowledgeReport"> {
  const { db, blobs } = deps;
  return {
    listReports: ({ actor, query }) =>
      asActor(db, actor, (tx) => {
        const everywhere = actor.grants.some((grant) => grant.role === "administrator");
        return listReports(tx, everywhere ? "all" : sitesFor(actor, "report.view"), query);
      }),
    getReport: ({ actor, params }) =>
      asActor(db, actor, async (tx) => {
        const { studyId, ...report } = await getReport(tx, actor, params.taskId);
        await noteView(tx, actor, studyId, "report.view");
        return report;
      }),
    getReportPdf: async ({ actor, params, response }) => {
      const { blobKey } = await asActor(db, actor, async (tx) => {
        const found = await reportPdfBlob(tx, params.taskId);
        await noteView(tx, actor, found.studyId, "report.download");
        return found;
      });
      const bytes = await blobs.read(blobKey);
      const range = encapsulatedPdfRange(bytes);
      response.type("application/pdf").set({
        "cache-control": "private, no-store",
        "content-disposition": `inline; filename="report-${params.taskId.slice(0, 8)}.pdf"`,
      });
      response.end(bytes.subarray(range.start, range.end));
      return undefined;
    },
    acknowledgeReport: async ({ actor, params: { taskId } }) => {
      await deps.inReadingTransaction(actor, (tx) => acknowledgeReport(tx, actor, taskId));
      return asActor(db, actor, async (tx) => taskSummary(await taskRow(tx, taskId), taskId));
    },
  };
}
