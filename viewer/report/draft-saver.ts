import { ApiProblem } from "../api/call-api.ts";
import { type LocalDrafts, markOf, type ReportText, sameText } from "./local-drafts.ts";
import type { HubText } from "./reconcile-draft.ts";

export type SaveState =
  /** `savedAt` null: nothing was typed yet. */
  | { readonly kind: "saved"; readonly savedAt: string | null }
  | { readonly kind: "typed" }
  | { readonly kind: "saving" }
  /** No answer from the hub: kept here, tried again by itself. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed-out" }
  | { readonly kind: "outdated"; readonly hub: HubText }
  | { readonly kind: "refused"; readonly problem: unknown };

export interface DraftSaver {
  /** Every keystroke: kept on this machine at once, sent to the hub when the typing rests. */
  change(text: ReportText): void;
  /** Sends what is waiting now. `leaving`: the page may be gone before the answer. */
  flush(leaving?: boolean): Promise<void>;
  /** The two texts differ: this one goes on. */
  choose(text: ReportText, hub: HubText): void;
  /** Another window saved: a text untouched here becomes that one. */
  follow(): Promise<void>;
  /** No timer, no request under way: the next word is the caller's (submit). */
  settle(): Promise<void>;
  /** The hub has the text in another form now (submitted): nothing is left to keep here. */
  done(): void;
  stop(): void;
}

export interface DraftSaverParts {
  readonly taskId: string;
  readonly start: ReportText;
  readonly revision: number;
  readonly savedAt: string | null;
  /** Marks of texts an earlier page sent without an answer. */
  readonly sent: readonly string[];
  readonly local: LocalDrafts;
  readonly now: () => number;
  readonly save: (
    draft: ReportText & { readonly basedOn: number },
    leaving: boolean,
  ) => Promise<{ readonly revision: number; readonly savedAt: string }>;
  /** The hub's text, asked for when it turns out to be newer. */
  readonly load: () => Promise<HubText>;
  readonly onState: (state: SaveState) => void;
  /** This machine would not keep the text. */
  readonly onLocalRefused: () => void;
  /** The text was changed by another window. */
  readonly onAdopted: (text: ReportText) => void;
}

const REST_MS = 600;
const MOST_MARKS = 50;
const RETRY_MS = [1000, 2000, 5000, 10_000];

/** Saves a report as it is typed: on this machine at every keystroke, at the hub when the typing rests. */
export function draftSaver(parts: DraftSaverParts): DraftSaver {
  const { taskId, local } = parts;
  let text = parts.start;
  let atHub = parts.start;
  let revision = parts.revision;
  let savedAt = parts.savedAt;
  let sent: readonly string[] = parts.sent;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | null = null;
  let failures = 0;
  let held = false; // outdated, refused or finished: nothing is sent until someone decides
  let stopped = false;

  const keep = () => {
    if (!local.write(taskId, { ...text, basedOn: revision, editedAt: parts.now(), sent })) parts.onLocalRefused();
  };
  const wait = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  };
  const say = (state: SaveState) => {
    if (!stopped) parts.onState(state);
  };

  async function send(leaving: boolean): Promise<void> {
    const sending = text;
    if (sent.at(-1) !== markOf(sending)) sent = [...sent.slice(-MOST_MARKS), markOf(sending)];
    keep();
    say({ kind: "saving" });
    try {
      const saved = await parts.save({ ...sending, basedOn: revision }, leaving);
      revision = saved.revision;
      savedAt = saved.savedAt;
      atHub = sending;
      sent = [];
      failures = 0;
      if (sameText(text, sending)) {
        local.forget(taskId, text);
        say({ kind: "saved", savedAt });
      } else {
        keep();
        say({ kind: "typed" });
        if (!stopped) wait(REST_MS);
      }
    } catch (error) {
      await failed(error);
    }
  }

  async function failed(error: unknown): Promise<void> {
    const code = error instanceof ApiProblem ? error.code : null;
    const passing = error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
    if (code === "draft-outdated") {
      await outdated();
    } else if (code === "not-signed-in") {
      say({ kind: "signed-out" });
    } else if (passing) {
      say({ kind: "unreachable" });
      if (!stopped) wait(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? REST_MS);
    } else {
      held = true;
      say({ kind: "refused", problem: error });
    }
  }

  async function outdated(): Promise<void> {
    const hub = await parts.load().catch(() => null);
    if (hub === null) {
      say({ kind: "unreachable" });
      if (!stopped) wait(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? REST_MS);
    } else if (sameText(hub, text) || sent.includes(markOf(hub))) {
      // the answer to an earlier save was lost: the newer revision is our own
      revision = hub.revision;
      atHub = { findings: hub.findings, impression: hub.impression };
      sent = [];
      if (sameText(text, atHub)) {
        local.forget(taskId, text);
        say({ kind: "saved", savedAt });
      } else {
        keep();
        if (!stopped) wait(0);
      }
    } else {
      held = true;
      say({ kind: "outdated", hub });
    }
  }

  async function flush(leaving = false): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (held) return;
    if (underWay !== null) {
      // its turn comes after the answer; a page that goes away before that leaves the text in the local store
      return underWay;
    }
    if (sameText(text, atHub)) {
      local.forget(taskId, text);
      say({ kind: "saved", savedAt });
      return;
    }
    underWay = send(leaving).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return {
    change(next) {
      if (sameText(next, text)) return;
      text = next;
      keep();
      if (held) return;
      if (underWay === null) {
        say({ kind: "typed" });
        wait(REST_MS);
      }
    },
    flush,
    choose(chosen, hub) {
      text = chosen;
      atHub = { findings: hub.findings, impression: hub.impression };
      revision = hub.revision;
      sent = [];
      held = false;
      if (sameText(text, atHub)) {
        local.discard(taskId);
        say({ kind: "saved", savedAt });
      } else {
        keep();
        say({ kind: "typed" });
        wait(0);
      }
    },
    async follow() {
      const untouched = () => !held && underWay === null && sameText(text, atHub);
      if (!untouched()) return;
      const hub = await parts.load().catch(() => null);
      if (hub === null || hub.revision <= revision || !untouched()) return;
      text = { findings: hub.findings, impression: hub.impression };
      atHub = text;
      revision = hub.revision;
      parts.onAdopted(text);
    },
    async settle() {
      clearTimeout(timer);
      timer = undefined;
      await underWay;
      clearTimeout(timer);
      timer = undefined;
    },
    done() {
      clearTimeout(timer);
      held = true;
      local.discard(taskId);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      void flush(true);
    },
  };
}
