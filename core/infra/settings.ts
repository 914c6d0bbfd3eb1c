import path from "node:path";
import { z } from "zod";
import { checkDicomTls } from "./dicom-tls-files.ts";

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const flag = z.stringbool({ truthy: ["1", "true", "yes", "on"], falsy: ["0", "false", "no", "off", ""] });
const text = z.string().trim().min(1);
const file = text.transform((value) => path.resolve(value));
const duration = (fallback: number, most: number) => z.coerce.number().min(0).max(most).default(fallback);

/** PS3.5 §6.2, AE: at most 16 characters of the default repertoire, no backslash, no control characters. */
const aeTitle = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, "must be an AE title of 1 to 16 characters");

const urlOf = (...protocols: readonly string[]) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });

/** As a browser writes them in the Origin header: nothing after the host and port, and none for all. */
const originList = text
  .transform((value) => [...new Set(value.split(/[\s,]+/).filter((origin) => origin !== ""))])
  .refine((origins) => origins.every((one) => /^https?:/.test(one) && URL.parse(one)?.origin === one), {
    message: "must be origins as browsers write them, like https://viewer.example:8443",
  });

/** Every setting of the hub, by the name of its environment variable. The README's table is made from this. */
const environmentSchema = z
  .object({
    NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
    HUB_HOST: text.default("127.0.0.1"),
    HUB_HTTP_PORT: port(8080),
    /** How many proxies in front are ours, or their addresses as Express takes them; off: no forwarded header is believed. */
    HUB_TRUST_PROXY: z.union([z.coerce.number().int().min(0).max(10), flag, text]).default(false),
    /** Whose pages, beside our own, may ask /dicom-web and /fhir with a bearer key; spaces or commas between. */
    HUB_CORS_ORIGINS: originList.default([]),
    HUB_DICOM_PORT: port(11112),
    HUB_DICOM_HOST: text.optional(),
    HUB_AET: aeTitle.default("HUB"),
    /** Nothing listens on it without the three files below. */
    HUB_DICOM_TLS_PORT: port(2762),
    /** PEM files: the hub's key and certificate, and the CA that devices' certificates are of. */
    HUB_DICOM_TLS_KEY: file.optional(),
    HUB_DICOM_TLS_CERT: file.optional(),
    HUB_DICOM_TLS_CA: file.optional(),
    HUB_DATA: file.default(path.resolve("data")),
    DATABASE_URL: urlOf("postgres:", "postgresql:").optional(),
    REDIS_URL: urlOf("redis:", "rediss:").optional(),
    S3_ENDPOINT: urlOf("http:", "https:").optional(),
    S3_ACCESS_KEY: text.optional(),
    S3_SECRET_KEY: text.optional(),
    S3_BUCKET: text.optional(),
    S3_REGION: text.default("us-east-1"),
    /** Where studies go that nobody has looked at for long: a folder, or a bucket of an S3 server. */
    HUB_COLD_DATA: file.optional(),
    HUB_COLD_S3_ENDPOINT: urlOf("http:", "https:").optional(),
    HUB_COLD_S3_ACCESS_KEY: text.optional(),
    HUB_COLD_S3_SECRET_KEY: text.optional(),
    HUB_COLD_S3_BUCKET: text.optional(),
    HUB_COLD_S3_REGION: text.default("us-east-1"),
    HUB_DEMO: z.enum(["auto", "off"]).default("auto"),
    HUB_DEMO_PASSWORD: z.string().min(8).optional(),
    HUB_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    /** How long a stop may take before what is still open is cut. */
    HUB_STOP_SECONDS: duration(15, 600),
  })
  .superRefine(checkDicomTls)
  .superRefine((env, context) => {
    if (env.HUB_COLD_S3_ENDPOINT !== undefined) {
      for (const key of ["HUB_COLD_S3_ACCESS_KEY", "HUB_COLD_S3_SECRET_KEY", "HUB_COLD_S3_BUCKET"] as const)
        if (env[key] === undefined)
          context.addIssue({ code: "custom", path: [key], message: "needed with HUB_COLD_S3_ENDPOINT" });
      if (env.HUB_COLD_DATA !== undefined)
        context.addIssue({ code: "custom", path: ["HUB_COLD_DATA"], message: "not beside HUB_COLD_S3_ENDPOINT" });
      if (env.HUB_COLD_S3_ENDPOINT === env.S3_ENDPOINT && env.HUB_COLD_S3_BUCKET === env.S3_BUCKET)
        context.addIssue({ code: "custom", path: ["HUB_COLD_S3_BUCKET"], message: "must not be that of S3_BUCKET" });
    }
    if (env.HUB_COLD_DATA === env.HUB_DATA)
      context.addIssue({ code: "custom", path: ["HUB_COLD_DATA"], message: "must not be HUB_DATA" });
    if (env.S3_ENDPOINT === undefined) return;
    for (const key of ["S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET"] as const)
      if (env[key] === undefined) context.addIssue({ code: "custom", path: [key], message: "needed with S3_ENDPOINT" });
  });

type Environment = z.output<typeof environmentSchema>;

/** The names that are read from the environment. */
export const SETTING_NAMES: readonly string[] = Object.keys(environmentSchema.shape);

export interface Settings {
  readonly production: boolean;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** As Express's `trust proxy` takes it. */
    readonly trustProxy: boolean | number | string;
    /** Scheme, host and port where it is not the scheme's own; empty: no other origin's page gets an answer. */
    readonly corsOrigins: readonly string[];
  };
  readonly dicom: {
    readonly host: string;
    readonly port: number;
    readonly aeTitle: string;
    /** Paths of PEM files that were there and fit each other; undefined: no TLS port. */
    readonly tls:
      | { readonly port: number; readonly key: string; readonly cert: string; readonly ca: string }
      | undefined;
  };
  readonly dataDir: string;
  /** Undefined: the embedded part is used. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly s3:
    | {
        readonly endpoint: string;
        readonly accessKey: string;
        readonly secretKey: string;
        readonly bucket: string;
        readonly region: string;
      }
    | undefined;
  /** The second, slower store; undefined: there is none. */
  readonly cold:
    | { readonly dataDir: string; readonly s3: undefined }
    | { readonly dataDir: ""; readonly s3: NonNullable<Settings["s3"]> }
    | undefined;
  readonly demo: { readonly mode: "auto" | "off"; readonly password: string | undefined };
  readonly logLevel: Environment["HUB_LOG_LEVEL"];
  readonly stopSeconds: number;
}

/** Names every bad key at once, never a value: values may be secrets. */
export class SettingsError extends Error {
  readonly keys: readonly string[];

  constructor(problems: readonly { readonly key: string; readonly message: string }[]) {
    super(`bad settings:\n${problems.map(({ key, message }) => `  ${key}: ${message}`).join("\n")}`);
    this.name = "SettingsError";
    this.keys = [...new Set(problems.map(({ key }) => key))];
  }
}

/** Parsed once, in main.ts. A variable set to nothing counts as not set. Throws SettingsError. */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map(({ path: [key], message }) => ({ key: String(key), message })));
  }
  return settingsOf(parsed.data);
}

function coldOf(env: Environment): Settings["cold"] {
  if (env.HUB_COLD_DATA !== undefined) return { dataDir: env.HUB_COLD_DATA, s3: undefined };
  const { HUB_COLD_S3_ENDPOINT: endpoint, HUB_COLD_S3_ACCESS_KEY: accessKey, HUB_COLD_S3_SECRET_KEY: secretKey } = env;
  const { HUB_COLD_S3_BUCKET: bucket, HUB_COLD_S3_REGION: region } = env;
  if (endpoint === undefined || accessKey === undefined || secretKey === undefined || bucket === undefined)
    return undefined;
  return { dataDir: "", s3: { endpoint, accessKey, secretKey, bucket, region } };
}

function settingsOf(env: Environment): Settings {
  return {
    production: env.NODE_ENV === "production",
    http: {
      host: env.HUB_HOST,
      port: env.HUB_HTTP_PORT,
      trustProxy: env.HUB_TRUST_PROXY,
      corsOrigins: env.HUB_CORS_ORIGINS,
    },
    dicom: {
      host: env.HUB_DICOM_HOST ?? env.HUB_HOST,
      port: env.HUB_DICOM_PORT,
      aeTitle: env.HUB_AET,
      tls:
        env.HUB_DICOM_TLS_KEY === undefined ||
        env.HUB_DICOM_TLS_CERT === undefined ||
        env.HUB_DICOM_TLS_CA === undefined
          ? undefined
          : {
              port: env.HUB_DICOM_TLS_PORT,
              key: env.HUB_DICOM_TLS_KEY,
              cert: env.HUB_DICOM_TLS_CERT,
              ca: env.HUB_DICOM_TLS_CA,
            },
    },
    dataDir: env.HUB_DATA,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    s3:
      env.S3_ENDPOINT === undefined ||
      env.S3_ACCESS_KEY === undefined ||
      env.S3_SECRET_KEY === undefined ||
      env.S3_BUCKET === undefined
        ? undefined
        : {
            endpoint: env.S3_ENDPOINT,
            accessKey: env.S3_ACCESS_KEY,
            secretKey: env.S3_SECRET_KEY,
            bucket: env.S3_BUCKET,
            region: env.S3_REGION,
          },
    cold: coldOf(env),
    demo: { mode: env.HUB_DEMO, password: env.HUB_DEMO_PASSWORD },
    logLevel: env.HUB_LOG_LEVEL,
    stopSeconds: env.HUB_STOP_SECONDS,
  };
}
