import { useCallback, useEffect, useRef, useState } from "react";
import { callApi } from "../api/call-api.ts";
import { useLiveChange } from "../api/live.ts";
import { onSignedInAgain, signalIfSessionLost } from "../shell/session-lost.ts";
import { localMarks } from "./local-marks.ts";
import { MarkBook } from "./mark-book.ts";
import { engineMarks } from "./mark-canvas.ts";
import { NO_LAYER, setMarkLayer } from "./mark-tool.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { StackViewport } from "./stack-viewport.ts";

export interface Marker {
  readonly accountId: string;
  readonly displayName: string;
  /** The task that the caller is writing the report of; null: marks are not kept. */
  readonly taskId: string | null;
}

/** The marks of an open study, from opening to leaving. */
export function useMarkBook(
  session: ReadingSession,
  { accountId, displayName, taskId }: Marker,
  viewports: readonly (StackViewport | undefined)[],
): MarkBook | undefined {
  const [book, setBook] = useState<MarkBook>();
  const { studyInstanceUid, series } = session.model;
  const drawing = useRef(viewports);
  useEffect(() => {
    drawing.current = viewports;
  }, [viewports]);

  useEffect(() => {
    const params = { studyInstanceUid };
    const instances = new Set(series.flatMap(({ frames }) => frames.map(({ sopInstanceUid }) => sopInstanceUid)));
    const canvas = engineMarks(() => {
      for (const viewport of drawing.current) viewport?.redraw();
    });
    const made = new MarkBook({
      author: { id: accountId, displayName },
      canvas,
      local: localMarks(localStorage, accountId),
      holds: (sopInstanceUid) => instances.has(sopInstanceUid),
      load: async () => (await callApi("listMarks", { params })).marks,
      save: async (task, marks, leaving) => {
        const body = {
          marks: marks.map((mark) => ({ ...mark, points: mark.points.map(([x, y]): [number, number] => [x, y]) })),
        };
        try {
          return await callApi("saveMarks", { params: { taskId: task }, body }, leaving ? { keepalive: true } : {});
        } catch (problem) {
          signalIfSessionLost(problem);
          throw problem;
        }
      },
    });
    setMarkLayer(made);
    setBook(made);
    const leave = () => {
      if (document.visibilityState === "hidden") made.flush(true);
    };
    const gone = () => made.flush(true);
    const now = () => made.flush();
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", gone);
    window.addEventListener("online", now);
    // whoever goes to the report, and maybe signs it, has drawn
    document.addEventListener("focusin", now);
    const unheard = onSignedInAgain(now);
    return () => {
      unheard();
      document.removeEventListener("visibilitychange", leave);
      window.removeEventListener("pagehide", gone);
      window.removeEventListener("online", now);
      document.removeEventListener("focusin", now);
      made.stop();
      setMarkLayer(NO_LAYER);
      canvas.clear();
      setBook(undefined);
    };
  }, [studyInstanceUid, series, accountId, displayName]);

  useEffect(() => book?.open(taskId), [book, taskId]);

  useEffect(() => {
    if (!book) return;
    const stops = viewports.map((viewport) => viewport?.subscribe(() => book.look()));
    return () => {
      for (const stop of stops) stop?.();
    };
  }, [book, viewports]);

  useLiveChange(
    useCallback(
      (change) => {
        const isNews = change.topic === "mark" || change.topic === "report" || change.topic === "study";
        if (isNews && change.studyInstanceUid === studyInstanceUid) book?.reload();
      },
      [book, studyInstanceUid],
    ),
  );
  return book;
}
