import type { BodyGiven } from "../../core/api/payloads.ts";

export type ReadingRequest = BodyGiven<"requestReading">;

interface Kept {
  readonly savedAt: number;
  readonly request: ReadingRequest;
}

const PREFIX = "hub.request.";
/** What nobody came back for is forgotten: it is a patient's history on a shared machine. */
const KEPT_MS = 3 * 24 * 3600 * 1000;

const keyOf = (accountId: string, studyInstanceUid: string) => `${PREFIX}${accountId}.${studyInstanceUid}`;

function parse(json: string | null, now: number): ReadingRequest | null {
  if (json === null) return null;
  try {
    const { savedAt, request } = JSON.parse(json) as Kept;
    return now - savedAt > KEPT_MS ? null : request;
  } catch {
    return null;
  }
}

/** A request as it is typed, kept on this machine for its author until it is sent. */
export function localRequests(storage: Storage, accountId: string, now: () => number) {
  return {
    load: (studyInstanceUid: string): ReadingRequest | null =>
      parse(storage.getItem(keyOf(accountId, studyInstanceUid)), now()),
    /** False when the browser keeps nothing: then the page must not say that it does. */
    keep: (studyInstanceUid: string, request: ReadingRequest): boolean => {
      try {
        storage.setItem(keyOf(accountId, studyInstanceUid), JSON.stringify({ savedAt: now(), request } satisfies Kept));
        return true;
      } catch {
        return false;
      }
    },
    forget: (studyInstanceUid: string): void => storage.removeItem(keyOf(accountId, studyInstanceUid)),
    /** Drops what is too old, of anybody. */
    sweep: (): void => {
      for (const key of Array.from({ length: storage.length }, (_, index) => storage.key(index)))
        if (key?.startsWith(PREFIX) && parse(storage.getItem(key), now()) === null) storage.removeItem(key);
    },
  };
}
