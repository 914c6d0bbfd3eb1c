import type { CanvasPoint } from "cornerstone-core";
import type { ToolConstructor, ToolEventDetail } from "cornerstone-tools";
import { tools } from "./engine.ts";

const BaseTool = tools.importInternal("base/BaseTool");

export interface DragHandler {
  /** The drag begins; whatever it is measured from is remembered here. */
  begin(element: HTMLElement): void;
  /** Screen pixels since the beginning. */
  move(element: HTMLElement, travelled: CanvasPoint): void;
}

/** A tool that does something with a drag and draws nothing. */
export function dragTool(name: string, handler: DragHandler): ToolConstructor {
  const travelled = ({ currentPoints, startPoints }: ToolEventDetail): CanvasPoint => ({
    x: currentPoints.page.x - startPoints.page.x,
    y: currentPoints.page.y - startPoints.page.y,
  });
  return class extends BaseTool {
    constructor(props = {}) {
      super(props, { name, supportedInteractionTypes: ["Mouse", "Touch"] });
    }

    preMouseDownCallback({ detail }: CustomEvent<ToolEventDetail>): boolean {
      handler.begin(detail.element);
      return false;
    }

    preTouchStartCallback({ detail }: CustomEvent<ToolEventDetail>): boolean {
      handler.begin(detail.element);
      return false;
    }

    mouseDragCallback({ detail }: CustomEvent<ToolEventDetail>): void {
      handler.move(detail.element, travelled(detail));
    }

    touchDragCallback({ detail }: CustomEvent<ToolEventDetail>): void {
      handler.move(detail.element, travelled(detail));
    }
  };
}
