/** Every operation of /api: its method and path. Schemas stand in `payloads.ts` under the same names. */
export const ENDPOINTS = {
  signIn: "POST /api/session",
  getSession: "GET /api/session",
  signOut: "DELETE /api/session",

  listStudies: "GET /api/studies",
  getStudy: "GET /api/studies/:studyInstanceUid",
  requestReading: "POST /api/studies/:studyInstanceUid/reading-task",
  findStoredInstances: "POST /api/instances/stored",

  placeOrder: "POST /api/orders",
  listOrders: "GET /api/orders",
  cancelOrder: "POST /api/orders/:orderId/cancel",

  listTasks: "GET /api/reading-tasks",
  getTask: "GET /api/reading-tasks/:taskId",
  claimTask: "POST /api/reading-tasks/:taskId/claim",
  releaseTask: "POST /api/reading-tasks/:taskId/release",
  withdrawTask: "POST /api/reading-tasks/:taskId/withdraw",
  changeRequest: "PUT /api/reading-tasks/:taskId/request",
  saveDraft: "PUT /api/reading-tasks/:taskId/draft",
  submitReport: "POST /api/reading-tasks/:taskId/submit",
  recallReport: "POST /api/reading-tasks/:taskId/recall",
  returnReport: "POST /api/reading-tasks/:taskId/return",
  countersignReport: "POST /api/reading-tasks/:taskId/countersign",

  listReports: "GET /api/reports",
  getReport: "GET /api/reports/:taskId",
  getReportPdf: "GET /api/reports/:taskId/pdf",
  acknowledgeReport: "POST /api/reports/:taskId/acknowledge",

  listNotices: "GET /api/notices",
  markNoticeSeen: "POST /api/notices/:noticeId/seen",

  createExport: "POST /api/exports",
  listExports: "GET /api/exports",
  getExport: "GET /api/exports/:exportId",
  getExportFile: "GET /api/exports/:exportId/file",
  retryExport: "POST /api/exports/:exportId/retry",

  listSites: "GET /api/sites",
  changeSite: "PUT /api/sites/:siteId",
  listAccounts: "GET /api/accounts",
  createAccount: "POST /api/accounts",
  changeAccount: "PUT /api/accounts/:accountId",
  listApplicationEntities: "GET /api/application-entities",
  saveApplicationEntity: "PUT /api/application-entities/:title",
  deleteApplicationEntity: "DELETE /api/application-entities/:title",
  listAuditEvents: "GET /api/audit-events",
  getSystemStatus: "GET /api/system-status",
} as const;

export type Operation = keyof typeof ENDPOINTS;
