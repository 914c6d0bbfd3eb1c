import type { ToolMark } from "cornerstone-tools";
import { MARK_NAMES } from "../../core/reading/mark-names.ts";
import { tools } from "./engine.ts";
import type { DrawnMark, MarkCanvas } from "./mark-book.ts";
import { handleAt, markToolName } from "./mark-tool.ts";

const PREFIX = "frame:"; // of the engine's image ids: make-frame-image.ts

/** The marks that the engine holds, for all images of the room. */
export function engineMarks(redraw: () => void): MarkCanvas & { clear(): void } {
  const manager = tools.globalImageIdSpecificToolStateManager;
  return {
    busy: () => tools.store.state.isToolLocked,
    read: () =>
      Object.entries(manager.saveToolState()).flatMap(([imageId, byTool]) => {
        const [sopInstanceUid = "", frameNumber = ""] = imageId.slice(PREFIX.length).split("/");
        return MARK_NAMES.flatMap((kind) =>
          (byTool?.[markToolName(kind)]?.data ?? []).flatMap((mark): DrawnMark[] =>
            mark.uuid === undefined
              ? []
              : [{ id: mark.uuid, sopInstanceUid, frameNumber: Number(frameNumber), kind, points: pointsOf(mark) }],
          ),
        );
      }),
    write: (marks) => {
      const held = new Map<string, ToolMark>();
      for (const byTool of Object.values(manager.saveToolState()))
        for (const kind of MARK_NAMES)
          for (const mark of byTool?.[markToolName(kind)]?.data ?? []) if (mark.uuid) held.set(mark.uuid, mark);
      const state: Record<string, Record<string, { data: ToolMark[] }>> = {};
      for (const mark of marks) {
        const imageId = `${PREFIX}${mark.sopInstanceUid}/${mark.frameNumber}`;
        const byTool = state[imageId] ?? {};
        state[imageId] = byTool;
        const list = byTool[markToolName(mark.kind)] ?? { data: [] };
        byTool[markToolName(mark.kind)] = list;
        list.data.push(toolMark(mark, held.get(mark.id)));
      }
      manager.restoreToolState(state);
      redraw();
    },
    clear: () => manager.restoreToolState({}),
  };
}

function pointsOf({ handles: { start, end } }: ToolMark): DrawnMark["points"] {
  return (start ? [start, end] : [end]).map(({ x, y }) => [x, y]);
}

/** The engine's own object where it has one: it may be the one under the pointer. */
function toolMark({ id, points }: DrawnMark, held: ToolMark | undefined): ToolMark {
  const [first = [0, 0], second] = points;
  if (held) {
    const { start, end } = held.handles;
    const [endX, endY] = second ?? first;
    if (start) [start.x, start.y] = first;
    [end.x, end.y] = [endX, endY];
    return held;
  }
  const [start, end] = [handleAt(...first, false), second && handleAt(...second, false)];
  return {
    uuid: id,
    visible: true,
    active: false,
    invalidated: true,
    handles: end ? { start, end } : { end: start },
  };
}
