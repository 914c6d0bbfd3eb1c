/** What a report says, as it is typed. */
export interface ReportText {
  readonly findings: string;
  readonly impression: string;
}

/** Text of this browser that the hub may not have yet. */
export interface LocalDraft extends ReportText {
  /** The revision of the hub it grew out of; 0 when there was none. */
  readonly basedOn: number;
  /** Milliseconds since the epoch. */
  readonly editedAt: number;
  /** Marks of the texts that were sent without an answer: should the hub have one of them, it is no one else's. */
  readonly sent: readonly string[];
}

/** The texts one account has typed on this machine, by task. */
export interface LocalDrafts {
  read(taskId: string): LocalDraft | null;
  /** False when the browser would not keep it (storage full or switched off): the person has to know. */
  write(taskId: string, draft: LocalDraft): boolean;
  /** Forgets the text, if it is still this one: another tab may have typed on. */
  forget(taskId: string, text: ReportText): void;
  discard(taskId: string): void;
}

export function sameText(a: ReportText, b: ReportText): boolean {
  return a.findings === b.findings && a.impression === b.impression;
}

/** A short mark of a text (FNV-1a over UTF-16, with the lengths), to know it again without keeping it. */
export function markOf({ findings, impression }: ReportText): string {
  let hash = 0x811c9dc5;
  for (const unit of `${findings}\0${impression}`) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return `${findings.length}.${impression.length}.${(hash >>> 0).toString(36)}`;
}

/** Keyed by account and task, so that two doctors at one machine never meet each other's text. */
export function localDrafts(storage: Storage, accountId: string): LocalDrafts {
  const key = (taskId: string) => `hub.draft.${accountId}.${taskId}`;
  const read = (taskId: string): LocalDraft | null => {
    try {
      return parseLocalDraft(storage.getItem(key(taskId)));
    } catch {
      return null; // storage switched off: there is nothing to restore
    }
  };
  return {
    read,
    write(taskId, draft) {
      try {
        storage.setItem(key(taskId), JSON.stringify(draft));
        return true;
      } catch {
        return false;
      }
    },
    forget(taskId, text) {
      const kept = read(taskId);
      if (kept !== null && sameText(kept, text)) storage.removeItem(key(taskId));
    },
    discard(taskId) {
      storage.removeItem(key(taskId));
    },
  };
}

export function parseLocalDraft(stored: string | null): LocalDraft | null {
  if (stored === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return null;
  }
  const draft = value as Partial<LocalDraft> | null;
  if (typeof draft?.findings !== "string" || typeof draft.impression !== "string") return null;
  return {
    findings: draft.findings,
    impression: draft.impression,
    basedOn: typeof draft.basedOn === "number" ? draft.basedOn : 0,
    editedAt: typeof draft.editedAt === "number" ? draft.editedAt : 0,
    sent: Array.isArray(draft.sent) ? draft.sent.filter((mark) => typeof mark === "string") : [],
  };
}
