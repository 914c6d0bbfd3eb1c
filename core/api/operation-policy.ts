import type { Action } from "../access/policy.ts";
import type { Operation } from "./endpoints.ts";

/**
 * The action of the policy that each operation asks for. It is the first gate (has the caller any role for it?); the use
 * case asks again with the thing at hand, and row-level security a third time. An operation without a row does not compile.
 */
export const OPERATION_POLICY: Readonly<Record<Operation, Action | "public">> = {
  signIn: "public",
  getSession: "session.use",
  signOut: "session.use",
  listStudies: "study.view",
  getStudy: "study.view",
  requestReading: "task.request",
  findStoredInstances: "study.store",
  placeOrder: "order.place",
  listOrders: "order.view",
  cancelOrder: "order.place",
  listTasks: "task.write",
  getTask: "task.view",
  claimTask: "task.read",
  releaseTask: "task.read",
  withdrawTask: "task.withdraw",
  changeRequest: "task.request",
  saveDraft: "task.write",
  submitReport: "task.read",
  recallReport: "task.read",
  returnReport: "task.countersign",
  countersignReport: "task.countersign",
  listReports: "report.view",
  getReport: "report.view",
  getReportPdf: "report.view",
  acknowledgeReport: "report.acknowledge",
  listNotices: "notice.view",
  markNoticeSeen: "notice.view",
  listSites: "session.use",
  changeSite: "district.manage",
  listAccounts: "district.manage",
  createAccount: "district.manage",
  changeAccount: "district.manage",
  listApplicationEntities: "district.manage",
  saveApplicationEntity: "district.manage",
  deleteApplicationEntity: "district.manage",
  echoApplicationEntity: "district.manage",
  listTransfers: "district.manage",
  retryTransfer: "district.manage",
  listAuditEvents: "district.manage",
  getSystemStatus: "district.manage",
};
