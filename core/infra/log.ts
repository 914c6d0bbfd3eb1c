import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * Names that must never carry a value into the log, at the top and one level down. What is logged is an event name and
 * ids, so this catches mistakes; it is no licence to log objects.
 */
const NEVER = [
  "password",
  "secret",
  "secretKey",
  "accessKey",
  "token",
  "key",
  "cookie",
  "authorization",
  "url",
  "patient",
  "patientName",
  "patientId",
  "patientBirthDate",
  "patientSex",
  "name",
  "body",
  "text",
  "findings",
  "impression",
  "history",
] as const;

export interface LogOptions {
  readonly level: string;
  /** Which process speaks: `http`, `dicom`, `worker`, `start`, `hub`. */
  readonly role: string;
  readonly destination?: DestinationStream;
}

/** One JSON line an event: `log.info({ studyInstanceUid }, "study.received")`. */
export function createLog({ level, role, destination }: LogOptions): Logger {
  const options = {
    level,
    base: { role, pid: process.pid },
    messageKey: "event",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: NEVER.flatMap((name) => [name, `*.${name}`]), censor: "[removed]" },
    serializers: { err: errorForLog, error: errorForLog },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * Code and place, and the message only of faults whose text the hub or the system wrote: a database error quotes rows
 * (DETAIL, and `invalid input syntax … "value"`), so of those the SQLSTATE has to do.
 */
function errorForLog(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  const fromDatabase = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && "severity" in error;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(fromDatabase ? { constraint, table } : { message: error.message }),
    at: frames.slice(0, 8).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }),
  };
}
