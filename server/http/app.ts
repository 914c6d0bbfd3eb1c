import express, { type Express } from "express";
import { rateLimit } from "express-rate-limit";
import type { Redis } from "ioredis";
import { DomainError } from "../../core/errors.ts";
import type { CodecPool } from "../../core/infra/codec/codec-pool.ts";
import { readDicomTls } from "../../core/infra/dicom-tls-files.ts";
import type { Logger } from "../../core/infra/log.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { InReadingTransaction } from "../../core/infra/postgres/reading-transaction.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { BlobStore, InstanceReceiver } from "../../core/ports.ts";
import { dicomwebRouter } from "../dicomweb/dicomweb-router.ts";
import { apiRouter, type Handlers } from "./api-router.ts";
import { type Authenticator, authenticate } from "./authenticate.ts";
import { CROSS_ORIGIN_PATHS, crossOrigin } from "./cross-origin.ts";
import { healthRouter } from "./health.ts";
import { noteHidden } from "./note-hidden.ts";
import { openApi } from "./openapi.ts";
import { pages } from "./pages.ts";
import { problemTranslator } from "./problem.ts";
import { actorOrNull } from "./request-actor.ts";
import { districtRoutes } from "./routes/district-routes.ts";
import { exportRoutes } from "./routes/export-routes.ts";
import { hangingRoutes } from "./routes/hanging-routes.ts";
import { markRoutes } from "./routes/mark-routes.ts";
import { noticeRoutes } from "./routes/notice-routes.ts";
import { orderRoutes } from "./routes/order-routes.ts";
import { patientRoutes } from "./routes/patient-routes.ts";
import { rejectionRoutes } from "./routes/rejection-routes.ts";
import { reportRoutes } from "./routes/report-routes.ts";
import { retentionRoutes } from "./routes/retention-routes.ts";
import { ruleRoutes } from "./routes/rule-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { studyRoutes } from "./routes/study-routes.ts";
import { taskRoutes } from "./routes/task-routes.ts";
import { transferRoutes } from "./routes/transfer-routes.ts";
import { sameOrigin } from "./same-origin.ts";
import { securityHeaders } from "./security-headers.ts";

export interface AppDeps {
  readonly db: Database;
  readonly redis: Redis;
  readonly blobs: BlobStore;
  readonly receiver: InstanceReceiver;
  readonly codecs: CodecPool;
  readonly inReadingTransaction: InReadingTransaction;
  readonly authenticator: Authenticator;
  readonly settings: Settings;
  readonly pagesFolder: string;
  readonly log: Logger;
}

/** Failed ones: a hospital's people may come from one address, and all in the morning. */
const SIGN_INS_A_MINUTE = 20;
const API_CALLS_A_MINUTE = 3000;

export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", deps.settings.http.trustProxy);
  app.set("query parser", "simple");
  app.use(securityHeaders());
  app.use(healthRouter(deps.db, deps.redis));
  app.use([...CROSS_ORIGIN_PATHS], crossOrigin(deps.settings.http.corsOrigins));
  app.use(sameOrigin);
  app.use(["/api", "/dicom-web"], authenticate(deps.authenticator));
  app.post("/api/session", limit(SIGN_INS_A_MINUTE, { skipSuccessfulRequests: true }));
  app.use("/api", limit(API_CALLS_A_MINUTE));
  const description = JSON.stringify(openApi());
  app.get("/api/openapi.json", (_request, response) => void response.type("application/json").send(description));
  app.use(apiRouter(handlers(deps), noteHidden(deps.db)));
  app.use("/dicom-web", dicomwebRouter(deps));
  app.use(pages(deps.pagesFolder));
  app.use(() => {
    throw new DomainError("not-found");
  });
  app.use(
    problemTranslator({
      onRefused: (request, error) => {
        const actor = actorOrNull(request);
        return writeAudit(deps.db, {
          actor: actor?.username ?? "unknown",
          ...(actor ? { accountId: actor.accountId } : {}),
          action: `${request.method} /${`${request.baseUrl}${request.route?.path ?? ""}`.slice(1, 91)}`,
          outcome: "refused",
          detail: { code: error.code },
        });
      },
      onUnexpected: (request, error) =>
        deps.log.error({ err: error, method: request.method, route: request.route?.path ?? null }, "http.unexpected"),
    }),
  );
  return app;
}

function limit(aMinute: number, options: { readonly skipSuccessfulRequests?: boolean } = {}) {
  return rateLimit({
    ...options,
    windowMs: 60_000,
    limit: aMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (_request, _response, next) => next(new DomainError("too-many-attempts")),
  });
}

function handlers(deps: AppDeps): Handlers {
  const { dicom } = deps.settings;
  return {
    ...sessionRoutes(deps.db),
    ...studyRoutes(deps),
    ...taskRoutes(deps),
    ...markRoutes(deps),
    ...reportRoutes(deps),
    ...orderRoutes(deps.db),
    ...patientRoutes(deps.db),
    ...noticeRoutes(deps.db),
    ...hangingRoutes(deps.db),
    ...exportRoutes(deps),
    ...districtRoutes(deps.db),
    ...transferRoutes({ db: deps.db, caller: { aeTitle: dicom.aeTitle, tls: dicom.tls && readDicomTls(dicom.tls) } }),
    ...ruleRoutes(deps.db),
    ...rejectionRoutes(deps),
    ...retentionRoutes(deps.db, deps.settings),
  };
}
