import type { CanvasPoint } from "cornerstone-core";
import type { ToolConstructor, ToolEventDetail, ToolHandle, ToolMark } from "cornerstone-tools";
import type { MarkName } from "../../core/reading/mark-names.ts";
import type { Text } from "../i18n/use-text.ts";
import type { ImagePoint } from "../kernels/distance-mm.ts";
import { engine, tools } from "./engine.ts";
import { type FrameImage, isFrameImage } from "./frame-image.ts";
import type { Finding } from "./mark-book.ts";
import { MARK_KINDS, type MarkKind } from "./mark-kinds.ts";
import { readerColour } from "./reader-colour.ts";

const BaseAnnotationTool = tools.importInternal("base/BaseAnnotationTool");

const ACTIVE_COLOUR = "#ffe9a8";
const FONT = '13px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const LINE_HEIGHT = 17;
const NEAR_PX = 8;

/** The language of the marks; set by the room, read at each drawing, so that marks switch with the page. */
let markText: Text = (key) => key;

export function setMarkText(text: Text): void {
  markText = text;
}

/** What the room knows of marks beside what the engine holds. */
export interface MarkLayer {
  numberOf(id: string): number | undefined;
  /** Marks that are only shown: nobody can grab them. */
  readOnly(sopInstanceUid: string, frameNumber: number, kind: MarkName): readonly Finding[];
}

export const NO_LAYER: MarkLayer = { numberOf: () => undefined, readOnly: () => [] };

/** Set by the room, read at each drawing. */
let markLayer = NO_LAYER;

export function setMarkLayer(layer: MarkLayer): void {
  markLayer = layer;
}

export function markToolName(name: MarkName): string {
  return `Mark-${name}`;
}

/** An annotation tool of one kind: the engine moves its handles, we say what it looks like and what it measures. */
export function markTool(name: MarkName): ToolConstructor {
  const kind = MARK_KINDS[name];
  /** Of a preview nothing is measured. */
  const linesOf = (image: FrameImage, start: ImagePoint, end: ImagePoint) =>
    image.reduction > 0 ? [markText("ct.preview-unmeasured")] : kind.lines(image, start, end, markText);
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
      const { sopInstanceUid, frameNumber } = image.frame;
      const shown: string[] = [];
      for (const { mark, author, own, reader } of markLayer.readOnly(sopInstanceUid, frameNumber, name)) {
        const [start, end = start] = mark.points.map(([x, y]) => ({ x, y }));
        if (!start || !end) continue;
        const lines = linesOf(image, start, end);
        const head = own ? `${mark.number}` : `${mark.number} ${author.displayName}`;
        drawMark(canvasContext, element, kind, { start, end, active: false }, [head, ...lines], readerColour(reader));
        shown.push([head, ...lines].join("\n"));
      }
      const said: string[] = [];
      for (const { handles, active, uuid } of marks) {
        const { start = handles.end, end } = handles;
        const lines = linesOf(image, start, end);
        const number = uuid === undefined ? undefined : markLayer.numberOf(uuid);
        const numbered = number === undefined ? lines : [`${number}  ${lines[0] ?? ""}`.trim(), ...lines.slice(1)];
        drawMark(
          canvasContext,
          element,
          kind,
          { start, end, active },
          numbered,
          active ? ACTIVE_COLOUR : readerColour(0),
        );
        said.push(lines.join("\n"));
      }
      canvasContext.restore();
      // what stands on the canvas, for whoever cannot see it
      element.dataset[name] = said.join("\n\n");
      element.dataset[`shown${name[0]?.toUpperCase()}${name.slice(1)}`] = shown.join("\n\n");
    }
  };
}

export function handleAt(x: number, y: number, active: boolean): ToolHandle {
  return { x, y, highlight: true, active };
}

function drawMark(
  context: CanvasRenderingContext2D,
  element: HTMLElement,
  kind: MarkKind,
  { start, end, active }: { readonly start: CanvasPoint; readonly end: CanvasPoint; readonly active: boolean },
  lines: readonly string[],
  colour: string,
): void {
  const at = (point: CanvasPoint): CanvasPoint => engine.pixelToCanvas(element, point);
  const outline = kind.outline(start, end).map(at);
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
    for (const handle of kind.single ? [end] : [start, end]) {
      const { x, y } = at(handle);
      if (kind.single || kind.name === "length") {
        context.moveTo(x - 5, y);
        context.lineTo(x + 5, y);
        context.moveTo(x, y - 5);
        context.lineTo(x, y + 5);
      } else if (active) {
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
