import { MARK_NAMES, type MarkName } from "../../core/reading/mark-names.ts";

/** What the left mouse button does. */
export type ToolName = "window" | "pan" | "zoom" | "scroll" | MarkName | "erase";

export function isMarkName(name: string): name is MarkName {
  return MARK_NAMES.some((mark) => mark === name);
}
