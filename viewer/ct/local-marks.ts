import { MARK_NAMES } from "../../core/reading/mark-names.ts";
import type { ReadingMark } from "../../core/reading/reading-mark.ts";

/** The marks one account has drawn on this machine that the hub may not have yet, by task. */
export interface LocalMarks {
  read(taskId: string): readonly ReadingMark[];
  /** False when the browser would not keep it (storage full or switched off): the person has to know. */
  write(taskId: string, mark: ReadingMark): boolean;
  forget(taskId: string, id: string): void;
}

/** Keyed by account, task and mark, so that two windows never write over each other. */
export function localMarks(storage: Storage, accountId: string): LocalMarks {
  const prefix = (taskId: string) => `hub.mark.${accountId}.${taskId}.`;
  return {
    read(taskId) {
      try {
        const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
        return keys
          .filter((key) => key.startsWith(prefix(taskId)))
          .flatMap((key) => parseLocalMark(storage.getItem(key)) ?? []);
      } catch {
        return []; // storage switched off: there is nothing to restore
      }
    },
    write(taskId, mark) {
      try {
        storage.setItem(prefix(taskId) + mark.id, JSON.stringify(mark));
        return true;
      } catch {
        return false;
      }
    },
    forget(taskId, id) {
      try {
        storage.removeItem(prefix(taskId) + id);
      } catch {
        // switched off: nothing is kept
      }
    },
  };
}

export function parseLocalMark(stored: string | null): ReadingMark | null {
  if (stored === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return null;
  }
  const mark = value as Partial<ReadingMark> | null;
  const kind = MARK_NAMES.find((name) => name === mark?.kind);
  if (
    typeof mark?.id !== "string" ||
    typeof mark.sopInstanceUid !== "string" ||
    typeof mark.frameNumber !== "number" ||
    typeof mark.number !== "number" ||
    typeof mark.revision !== "number" ||
    kind === undefined ||
    !Array.isArray(mark.points)
  )
    return null;
  const points = mark.points.flatMap((point: unknown) =>
    Array.isArray(point) && typeof point[0] === "number" && typeof point[1] === "number"
      ? [[point[0], point[1]] as const]
      : [],
  );
  return {
    id: mark.id,
    sopInstanceUid: mark.sopInstanceUid,
    frameNumber: mark.frameNumber,
    kind,
    points,
    label: typeof mark.label === "string" ? mark.label : "",
    number: mark.number,
    deleted: mark.deleted === true,
    revision: mark.revision,
  };
}
