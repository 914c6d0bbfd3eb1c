import {
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import {
  type Caliper,
  type CaliperPart,
  caliperPartAt,
  heldTo,
  moveCaliperWithin,
  placeCaliper,
} from "../kernels/ecg-caliper.ts";
import type { EcgBox } from "../kernels/ecg-layout.ts";
import { microvoltsOf, timeSOf } from "../kernels/ecg-scale.ts";
import { drawCalipers } from "./draw-calipers.ts";
import { drawEcgPage, type PageDrawing, type PaperPlace } from "./draw-ecg-page.ts";
import type { EcgView } from "./ecg-view.ts";
import { NIGHT_PAPER } from "./paper-style.ts";
import { clampPaper, type Offset, paperFactor, type StageSize } from "./paper-zoom.ts";
import { markDrawn } from "./reading-marks.ts";

export interface EcgStageProps {
  readonly drawing: PageDrawing;
  readonly view: EcgView;
  readonly calibratedPxPerMm: number;
  readonly calipers: readonly Caliper[];
  readonly selected: number | null;
  readonly label: string;
  readonly onCalipers: (calipers: readonly Caliper[], selected: number | null) => void;
  readonly onZoom: (zoom: EcgView["zoom"]) => void;
  readonly onScale: (factor: number) => void;
  readonly onFocus: (lead: string) => void;
}

type Drag =
  | { readonly what: "paper"; readonly from: Offset; readonly pointer: Offset }
  | {
      readonly what: "caliper";
      readonly caliper: Caliper;
      readonly part: CaliperPart;
      readonly box: EcgBox;
      readonly xMm: number;
      readonly yMm: number;
    }
  | { readonly what: "new"; readonly box: EcgBox; readonly xMm: number; readonly yMm: number; readonly id: number };

const GRAB_PX = 6;
const LEAST_DRAG_PX = 3;

/** The paper on the screen: draws it, moves it, and lets the reader measure on it. */
export function EcgStage(props: EcgStageProps) {
  const { drawing, view, calibratedPxPerMm, calipers, selected, onCalipers, onZoom, onScale, onFocus } = props;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<StageSize>({ width: 0, height: 0, ratio: 1 });
  const offset = useRef<Offset>({ x: 0, y: 0 });
  const drag = useRef<Drag | null>(null);
  const [grabbing, setGrabbing] = useState(false);
  const [hover, setHover] = useState<"time" | "amplitude" | "whole" | null>(null);

  const { page } = drawing;
  const factor = paperFactor(view.zoom, page, size, calibratedPxPerMm);
  const pxPerMm = calibratedPxPerMm * factor;
  useEffect(() => onScale(factor), [factor, onScale]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () =>
      setSize({ width: element.clientWidth, height: element.clientHeight, ratio: window.devicePixelRatio || 1 });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("resize", measure); // the ratio changes when the window moves to another screen
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, []);

  /** Where the paper's corner lies, CSS pixels of the frame. */
  const placed = useCallback((): Offset => {
    offset.current = clampPaper(offset.current, page, size, pxPerMm);
    return offset.current;
  }, [page, size, pxPerMm]);

  const draw = useCallback(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || size.width === 0) return;
    const began = performance.now();
    const { ratio } = size;
    const at = placed();
    const place: PaperPlace = {
      xPx: Math.round(at.x * ratio),
      yPx: Math.round(at.y * ratio),
      pxPerMm: pxPerMm * ratio,
    };
    context.fillStyle = "#000000";
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    drawEcgPage(context, place, { ...drawing, leastTextPx: 12 * ratio });
    drawCalipers(context, place, page, drawing.scale, calipers, selected, drawing.style, ratio);
    markDrawn(began);
  }, [drawing, page, size, pxPerMm, calipers, selected, placed]);

  // The bitmap is sized in whole device pixels; setting it clears it, so only when it changes.
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const width = Math.round(size.width * size.ratio);
    const height = Math.round(size.height * size.ratio);
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    draw();
  }, [draw, size]);

  const redraw = useMemo(() => {
    let waiting = 0;
    return (then: () => void) => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(then);
    };
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const rect = element.getBoundingClientRect();
      const pointer = { x: event.clientX - rect.left, y: event.clientY - rect.top };
      if (event.ctrlKey || event.metaKey) {
        const next = Math.min(8, Math.max(0.4, factor * Math.exp(-event.deltaY / 400)));
        const at = offset.current;
        // what is under the pointer stays there
        const grow = next / factor;
        offset.current = { x: pointer.x - (pointer.x - at.x) * grow, y: pointer.y - (pointer.y - at.y) * grow };
        onZoom(next);
        return;
      }
      const sideways = event.shiftKey && event.deltaX === 0;
      offset.current = {
        x: offset.current.x - (sideways ? event.deltaY : event.deltaX),
        y: offset.current.y - (sideways ? 0 : event.deltaY),
      };
      redraw(draw);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [factor, onZoom, draw, redraw]);

  const pointOf = (event: ReactPointerEvent | React.MouseEvent) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const css = { x: event.clientX - rect.left, y: event.clientY - rect.top };
    const at = offset.current;
    return { css, xMm: (css.x - at.x) / pxPerMm, yMm: (css.y - at.y) / pxPerMm };
  };

  const caliperUnder = (xMm: number, yMm: number) => {
    const order = [...calipers].sort((a, b) => Number(b.id === selected) - Number(a.id === selected));
    for (const caliper of order) {
      const place = placeCaliper(caliper, page.boxes, drawing.scale);
      const part = place && caliperPartAt(place, xMm, yMm, GRAB_PX / pxPerMm);
      if (part) return { caliper, part, box: place.box };
    }
    return null;
  };

  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>) => {
    if (event.button > 1) return;
    const { css, xMm, yMm } = pointOf(event);
    const hit = event.button === 0 ? caliperUnder(xMm, yMm) : null;
    if (hit) {
      drag.current = { what: "caliper", ...hit, xMm, yMm };
      onCalipers(calipers, hit.caliper.id);
    } else if (event.button === 1 || view.tool === "hand") {
      drag.current = { what: "paper", from: offset.current, pointer: css };
      setGrabbing(true);
    } else {
      const box = boxAt(page.boxes, xMm, yMm);
      if (selected !== null) onCalipers(calipers, null);
      if (!box) return;
      drag.current = { what: "new", box, xMm, yMm, id: Math.max(0, ...calipers.map(({ id }) => id)) + 1 };
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    event.preventDefault();
    event.currentTarget.focus({ preventScroll: true });
  };

  const onPointerMove = (event: ReactPointerEvent<HTMLDivElement>) => {
    const { css, xMm, yMm } = pointOf(event);
    const held = drag.current;
    if (!held) {
      const part = caliperUnder(xMm, yMm)?.part;
      setHover(part === undefined ? null : part.endsWith("-time") ? "time" : part === "whole" ? "whole" : "amplitude");
      return;
    }
    if (held.what === "paper") {
      offset.current = { x: held.from.x + css.x - held.pointer.x, y: held.from.y + css.y - held.pointer.y };
      redraw(draw);
      return;
    }
    const byS = (xMm - held.xMm) / view.paperSpeedMmPerS;
    const byMicrovolts = (-(yMm - held.yMm) / view.gainMmPerMv) * 1000;
    if (held.what === "caliper") {
      const moved = moveCaliperWithin(held.caliper, held.part, byS, byMicrovolts, held.box);
      onCalipers(
        calipers.map((caliper) => (caliper.id === moved.id ? moved : caliper)),
        moved.id,
      );
      return;
    }
    if (Math.hypot(xMm - held.xMm, yMm - held.yMm) * pxPerMm < LEAST_DRAG_PX) return;
    const { box } = held;
    const drawn = heldTo(box, {
      id: held.id,
      lead: box.lead,
      kind: box.kind,
      fromS: timeSOf(held.xMm, box, drawing.scale),
      toS: timeSOf(xMm, box, drawing.scale),
      fromMicrovolts: microvoltsOf(held.yMm, box, drawing.scale),
      toMicrovolts: microvoltsOf(yMm, box, drawing.scale),
      marchOut: view.marchOut,
    });
    onCalipers([...calipers.filter(({ id }) => id !== drawn.id), drawn], drawn.id);
  };

  const onPointerEnd = () => {
    drag.current = null;
    setGrabbing(false);
  };

  const cursor = grabbing
    ? "grabbing"
    : hover === "time"
      ? "ew-resize"
      : hover === "amplitude"
        ? "ns-resize"
        : hover === "whole"
          ? "move"
          : view.tool === "hand"
            ? "grab"
            : "crosshair";

  return (
    <div
      ref={frame}
      className="ecg-stage"
      data-testid="viewport-0"
      data-state="ready"
      data-speed={view.paperSpeedMmPerS}
      data-gain={view.gainMmPerMv}
      data-layout={view.focus === null ? view.layout : "single"}
      data-lead={view.focus ?? undefined}
      data-filter={view.filter}
      data-night={drawing.style === NIGHT_PAPER}
      data-px-per-mm={pxPerMm}
      data-calipers={calipers.length}
      style={{ cursor }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={(event) => {
        const { xMm, yMm } = pointOf(event);
        const box = boxAt(page.boxes, xMm, yMm);
        if (box) onFocus(box.lead);
      }}
      role="application"
      aria-label={props.label}
    >
      <canvas ref={canvas} className="ecg-canvas" />
    </div>
  );
}

function boxAt(boxes: readonly EcgBox[], xMm: number, yMm: number): EcgBox | null {
  return (
    boxes.find(
      (box) =>
        box.present &&
        xMm >= box.xMm &&
        xMm <= box.xMm + box.widthMm &&
        yMm >= box.topMm &&
        yMm <= box.topMm + box.heightMm,
    ) ?? null
  );
}
