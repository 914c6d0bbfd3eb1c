import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useLiveChange } from "../api/live.ts";
import { onSignedInAgain, signalSessionLost } from "../shell/session-lost.ts";
import { type DraftSaver, draftSaver, type SaveState } from "./draft-saver.ts";
import { hubText } from "./hub-text.ts";
import { type LocalDraft, localDrafts, type ReportText } from "./local-drafts.ts";
import { type HubText, reconcileDraft } from "./reconcile-draft.ts";

export interface ReportDraft {
  readonly text: ReportText;
  readonly save: SaveState;
  /** When this machine's text was put back, which the hub did not have; null when there was none. */
  readonly restoredAt: number | null;
  readonly conflict: { readonly local: ReportText; readonly editedAt: number; readonly hub: HubText } | null;
  readonly localRefused: boolean;
  change(text: ReportText): void;
  choose(text: ReportText): void;
  flush(): void;
  /** Before the text is submitted: no save may overtake it. */
  settle(): Promise<void>;
  done(): void;
}

type Conflict = NonNullable<ReportDraft["conflict"]>;

/** The text of a claimed task: the hub's, or this machine's when that is newer; saved as it is typed. */
export function useReportDraft(detail: Answer<"getTask">, accountId: string): ReportDraft {
  const client = useQueryClient();
  const taskId = detail.task.id;
  const [begun] = useState(() => begin(detail, accountId));
  const [text, setText] = useState<ReportText>(begun.text);
  const [save, setSave] = useState<SaveState>({ kind: "saved", savedAt: begun.savedAt });
  const [conflict, setConflict] = useState<Conflict | null>(begun.conflict);
  const [localRefused, setLocalRefused] = useState(false);
  const saver = useRef<DraftSaver | null>(null);
  const latest = useRef(begun.text);

  const put = useCallback((next: ReportText) => {
    latest.current = next;
    setText(next);
  }, []);

  useEffect(() => {
    const load = async () => hubText(await callApi("getTask", { params: { taskId } }), accountId);
    const mine = draftSaver({
      taskId,
      start: begun.hub,
      revision: begun.hub.revision,
      savedAt: begun.savedAt,
      sent: begun.sent,
      local: localDrafts(localStorage, accountId),
      now: Date.now,
      load,
      save: async (draft, leaving) => {
        const saved = await callApi(
          "saveDraft",
          { params: { taskId }, body: draft },
          leaving ? { keepalive: true } : {},
        );
        // should the panel be opened anew on this page, it begins with this text
        client.setQueryData<Answer<"getTask">>(
          ["tasks", "one", taskId],
          (before) => before && { ...before, draft: saved },
        );
        return saved;
      },
      onState: (state) => {
        setSave(state);
        if (state.kind === "signed-out") signalSessionLost();
        if (state.kind === "outdated") setConflict({ local: latest.current, editedAt: Date.now(), hub: state.hub });
      },
      onLocalRefused: () => setLocalRefused(true),
      onAdopted: put,
    });
    saver.current = mine;
    if (begun.restoredAt !== null) {
      mine.change(begun.text);
      void mine.flush();
    }
    const leave = () => {
      if (document.visibilityState === "hidden") void mine.flush(true);
    };
    const gone = () => void mine.flush(true);
    const back = () => void mine.flush();
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", gone);
    window.addEventListener("online", back);
    const unheard = onSignedInAgain(back);
    return () => {
      unheard();
      document.removeEventListener("visibilitychange", leave);
      window.removeEventListener("pagehide", gone);
      window.removeEventListener("online", back);
      mine.stop();
    };
  }, [accountId, begun, client, put, taskId]);

  // the same doctor at another window: a text untouched here follows, a touched one is asked about at the next save
  useLiveChange(
    useCallback(
      (change) => {
        if (change.topic === "draft" && change.taskId === taskId && !document.hasFocus()) void saver.current?.follow();
      },
      [taskId],
    ),
  );

  return {
    text,
    save,
    restoredAt: begun.restoredAt,
    conflict,
    localRefused,
    change(next) {
      put(next);
      saver.current?.change(next);
    },
    choose(chosen) {
      if (conflict === null) return;
      put(chosen);
      setConflict(null);
      saver.current?.choose(chosen, conflict.hub);
    },
    flush: () => void saver.current?.flush(),
    settle: async () => saver.current?.settle(),
    done: () => saver.current?.done(),
  };
}

interface Begun {
  readonly hub: HubText;
  readonly text: ReportText;
  readonly savedAt: string | null;
  readonly sent: readonly string[];
  readonly restoredAt: number | null;
  readonly conflict: Conflict | null;
}

function begin(detail: Answer<"getTask">, accountId: string): Begun {
  const hub = hubText(detail, accountId);
  const local: LocalDraft | null = localDrafts(localStorage, accountId).read(detail.task.id);
  const start = reconcileDraft(local, hub);
  return {
    hub,
    text: start.kind === "conflict" ? start.local : start.text,
    savedAt: detail.draft?.savedAt ?? null,
    sent: local?.sent ?? [],
    restoredAt: start.kind === "restored" ? start.editedAt : null,
    conflict: start.kind === "conflict" ? { local: start.local, editedAt: start.local.editedAt, hub: start.hub } : null,
  };
}
