import type { TextKey } from "../i18n/catalogue.ts";
import type { Text } from "../i18n/use-text.ts";

const BY_NETWORK = {
  ECONNREFUSED: "failure.ECONNREFUSED",
  ETIMEDOUT: "failure.ETIMEDOUT",
  ENOTFOUND: "failure.ENOTFOUND",
  EAI_AGAIN: "failure.ENOTFOUND",
  EHOSTUNREACH: "failure.EHOSTUNREACH",
  ENETUNREACH: "failure.EHOSTUNREACH",
} as const satisfies Readonly<Record<string, TextKey>>;

const BY_CODE = {
  rejected: "failure.rejected",
  aborted: "failure.aborted",
  lost: "failure.lost",
  silent: "failure.silent",
  protocol: "failure.protocol",
  "peer-refused": "failure.peer-refused",
  "destination-may-not-see": "failure.destination-may-not-see",
  "not-found": "failure.not-found",
  abandoned: "failure.abandoned",
  "storage-failed": "failure.storage-failed",
  "prior-patient-unsure": "failure.prior-patient-unsure",
} as const satisfies Readonly<Record<string, TextKey>>;

/** What went wrong with a peer, in words. `failure` is the hub's own: a code, and after a colon what network or peer said. */
export function failureText(failure: string, text: Text): string {
  const [code = "", ...rest] = failure.split(": ");
  return text(keyOf(code, rest.join(": ")));
}

function keyOf(code: string, said: string): TextKey {
  if (code === "unreachable") {
    if (said.startsWith("TLS")) return "failure.TLS";
    return isOf(BY_NETWORK, said) ? BY_NETWORK[said] : "failure.unreachable";
  }
  if (code === "rejected") return rejection(said);
  if (code === "peer-refused") {
    if (said === "") return "failure.peer-unsupported";
    if (said.startsWith("status a7")) return "failure.peer-full";
    if (said.startsWith("status b000")) return "failure.peer-partial";
  }
  return isOf(BY_CODE, code) ? BY_CODE[code] : "failure.fault";
}

/** A-ASSOCIATE-RJ (PS3.8 table 9-21): result 2 is for now only; source 1 says who was not recognised. */
function rejection(said: string): TextKey {
  const [, result, source, reason] = /^result (\d), source (\d), reason (\d)/.exec(said) ?? [];
  if (source === "1" && reason === "3") return "failure.calling-unknown";
  if (source === "1" && reason === "7") return "failure.called-unknown";
  return result === "2" ? "failure.busy" : "failure.rejected";
}

function isOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name);
}
