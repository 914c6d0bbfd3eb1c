import { MARK_NAMES } from "../../core/reading/mark-names.ts";
import { type DragHandler, dragTool } from "./drag-tool.ts";
import { tools } from "./engine.ts";
import { markTool, markToolName } from "./mark-tool.ts";
import { isMarkName, type ToolName } from "./tool-name.ts";

const LEFT = 1;
const RIGHT = 2;
const MIDDLE = 4;

const OTHER_TOOLS = ["Window", "Scroll", "Eraser", "Pan", "Zoom", "ZoomTouchPinch", "PanMultiTouch"];

const MARK_TOOLS = MARK_NAMES.map(markTool);

export interface ViewportDrags {
  readonly window: DragHandler;
  readonly scroll: DragHandler;
}

export function addViewportTools(element: HTMLElement, drags: ViewportDrags): void {
  tools.addToolForElement(element, dragTool("Window", drags.window));
  tools.addToolForElement(element, dragTool("Scroll", drags.scroll));
  tools.addToolForElement(element, tools.PanTool);
  tools.addToolForElement(element, tools.ZoomTool, {
    configuration: { invert: false, preventZoomOutsideImage: false, minScale: 0.05, maxScale: 40 },
  });
  tools.addToolForElement(element, tools.ZoomTouchPinchTool);
  tools.addToolForElement(element, tools.PanMultiTouchTool);
  tools.addToolForElement(element, tools.EraserTool);
  for (const mark of MARK_TOOLS) tools.addToolForElement(element, mark);
}

/**
 * Gives the left button its tool. Middle pans and right zooms whatever the left does; one finger scrolls unless it
 * measures. Marks can be grabbed only while a measuring tool is active: windowing, panning or scrolling across a mark
 * never moves it.
 */
export function activateTool(element: HTMLElement, name: ToolName): void {
  const measuring = isMarkName(name);
  const unbound = { mouseButtonMask: [] };
  for (const mark of MARK_NAMES) {
    if (measuring) tools.setToolPassiveForElement(element, markToolName(mark), unbound);
    else tools.setToolEnabledForElement(element, markToolName(mark), unbound);
  }
  for (const other of OTHER_TOOLS) tools.setToolPassiveForElement(element, other, unbound);
  const bind = (tool: string, buttons: readonly number[], by: readonly string[]): void =>
    tools.setToolActiveForElement(element, tool, { mouseButtonMask: buttons }, by);
  bind("Pan", name === "pan" ? [LEFT, MIDDLE] : [MIDDLE], ["Mouse"]);
  bind("Zoom", name === "zoom" ? [LEFT, RIGHT] : [RIGHT], ["Mouse"]);
  bind("ZoomTouchPinch", [], ["TouchPinch"]);
  bind("PanMultiTouch", [], ["MultiTouch"]);
  if (measuring) bind(markToolName(name), [LEFT], ["Mouse", "Touch"]);
  else {
    if (name === "window") bind("Window", [LEFT], ["Mouse"]);
    if (name === "erase") bind("Eraser", [LEFT], ["Mouse", "Touch"]);
    else bind("Scroll", name === "scroll" ? [LEFT] : [], ["Mouse", "Touch"]);
  }
}
