import type { CanvasPoint } from "cornerstone-core";
import type { ToolConstructor, ToolEventDetail, ToolHandle, ToolMark } from "cornerstone-tools";
import type { Text } from "../i18n/use-text.ts";
import { engine, tools } from "./engine.ts";
import { isFrameImage } from "./frame-image.ts";
import { MARK_KINDS, type MarkKind, type MarkName } from "./mark-kinds.ts";

const BaseAnnotationTool = tools.importInternal("base/BaseAnnotationTool");

const COLOUR = "#f2c14e";
const ACTIVE_COLOUR = "#ffe9a8";
const FONT = '13px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const LINE_HEIGHT = 17;
const NEAR_PX = 8;

/** The language of the marks; set by the room, read at each drawing, so that marks switch with the page. */
let markText: Text = (key) => key;

export function setMarkText(text: Text): void {
  markText = text;
}

export function markToolName(name: MarkName): string {
  return `Mark-${name}`;
}

/** An annotation tool of one kind: the engine moves its handles, we say what it looks like and what it measures. */
export function markTool(name: MarkName): ToolConstructor {
  const kind = MARK_KINDS[name];
  return class extends BaseAnnotationTool {
    constructor(props = {}) {
      super(props, { name: markToolName(name), supportedInteractionTypes: ["Mouse", "Touch"] });
    }

    createNewMeasurement({ currentPoints }: ToolEventDetail): ToolMark {
      const { x, y } = currentPoints.image;
      const end = handleAt(x, y, true);
      return {
        visible: true,
        active: true,
        invalidated: true,
        handles: kind.single ? { end } : { start: handleAt(x, y, false), end },
      };
    }

    pointNearTool(element: HTMLElement, mark: ToolMark, point: CanvasPoint): boolean {
      const { start, end } = mark.handles;
      const line = kind.outline(start ?? end, end).map((corner) => engine.pixelToCanvas(element, corner));
      if (line.length === 0) return gap(engine.pixelToCanvas(element, end), point) < NEAR_PX * 1.5;
      return line.some((corner, index) => {
        const next = line[index + 1];
        return next !== undefined && gapToSegment(point, corner, next) < NEAR_PX;
      });
    }

    distanceFromPoint(element: HTMLElement, mark: ToolMark, point: CanvasPoint): number {
      return gap(engine.pixelToCanvas(element, mark.handles.end), point);
    }

    /** The engine asks for this after a handle moved. Everything is measured when it is drawn. */
    updateCachedStats(): void {}

    renderToolData({ detail }: CustomEvent<ToolEventDetail>): void {
      const { element, canvasContext, image } = detail;
      const marks = tools.getToolState(element, markToolName(name))?.data ?? [];
      if (!isFrameImage(image)) return;
      canvasContext.save();
      canvasContext.setTransform(1, 0, 0, 1, 0, 0);
      const said: string[] = [];
      for (const mark of marks) {
        const { start, end } = mark.handles;
        const lines =
          image.reduction > 0 ? [markText("ct.preview-unmeasured")] : kind.lines(image, start ?? end, end, markText);
        drawMark(canvasContext, element, kind, mark, lines);
        said.push(lines.join("\n"));
      }
      canvasContext.restore();
      element.dataset[name] = said.join("\n\n"); // what stands on the canvas, for whoever cannot see it
    }
  };
}

function handleAt(x: number, y: number, active: boolean): ToolHandle {
  return { x, y, highlight: true, active };
}

function drawMark(
  context: CanvasRenderingContext2D,
  element: HTMLElement,
  kind: MarkKind,
  mark: ToolMark,
  lines: readonly string[],
): void {
  const { start, end } = mark.handles;
  const at = (point: CanvasPoint): CanvasPoint => engine.pixelToCanvas(element, point);
  const outline = kind.outline(start ?? end, end).map(at);
  const colour = mark.active ? ACTIVE_COLOUR : COLOUR;
  // A dark line beneath the bright one, so that it is seen on bone as well as on air.
  for (const [width, style] of [
    [3.5, "rgba(0, 0, 0, 0.65)"],
    [1.5, colour],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.beginPath();
    for (const [index, point] of outline.entries()) {
      if (index === 0) context.moveTo(point.x, point.y);
      else context.lineTo(point.x, point.y);
    }
    for (const handle of start ? [start, end] : [end]) {
      const { x, y } = at(handle);
      if (kind.single || kind.name === "length") {
        context.moveTo(x - 5, y);
        context.lineTo(x + 5, y);
        context.moveTo(x, y - 5);
        context.lineTo(x, y + 5);
      } else if (mark.active) {
        context.moveTo(x + 4, y);
        context.arc(x, y, 4, 0, 2 * Math.PI);
      }
    }
    context.stroke();
  }
  const corners = outline.length > 0 ? outline : [at(end)];
  const anchor = corners.reduce((best, corner) => (corner.x > best.x ? corner : best));
  drawLines(context, lines, anchor, colour);
}

function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  anchor: CanvasPoint,
  colour: string,
): void {
  context.font = FONT;
  context.textBaseline = "middle";
  const width = Math.max(0, ...lines.map((line) => context.measureText(line).width));
  const height = lines.length * LINE_HEIGHT;
  // Beside the rightmost point, moved in where the canvas ends.
  const left = Math.max(4, Math.min(anchor.x + 10, context.canvas.width - width - 10));
  const top = Math.max(4, Math.min(anchor.y - height / 2, context.canvas.height - height - 4));
  if (lines.length > 0) {
    context.fillStyle = "rgba(11, 13, 16, 0.6)";
    context.fillRect(left - 4, top - 2, width + 8, height + 4);
  }
  context.fillStyle = colour;
  for (const [index, line] of lines.entries()) context.fillText(line, left, top + (index + 0.5) * LINE_HEIGHT);
}

function gap(a: CanvasPoint, b: CanvasPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function gapToSegment(point: CanvasPoint, a: CanvasPoint, b: CanvasPoint): number {
  const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along = length2 === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length2;
  const t = Math.min(1, Math.max(0, along));
  return gap(point, { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
}
