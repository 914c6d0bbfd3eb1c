import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from "react";
import type { ImageSeries } from "../../core/image/study-model.ts";
import { useText } from "../i18n/use-text.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { StackViewport } from "./stack-viewport.ts";
import { useViewportSnapshot } from "./use-viewport-snapshot.ts";

interface SliceSliderProps {
  readonly series: ImageSeries;
  readonly session: ReadingSession;
  readonly viewport: StackViewport | undefined;
}

const COLOURS = { absent: "#262c33", preview: "#2f4d4e", loaded: "#3f7f7c", failed: "#d4380d" };

/** The slice slider at the right of a viewport; its track shows which slices have come in. */
export function SliceSlider({ series, session, viewport }: SliceSliderProps): ReactNode {
  const { text } = useText();
  const target = useViewportSnapshot(viewport, (snapshot) => snapshot.target);
  const track = useRef<HTMLCanvasElement>(null);
  const count = series.frames.length;
  useEffect(() => {
    const canvas = track.current;
    if (!canvas) return;
    const paint = (): void => paintTrack(canvas, series, session);
    paint();
    const resize = new ResizeObserver(paint);
    resize.observe(canvas);
    const unsubscribe = session.subscribeProgress(paint);
    return () => {
      resize.disconnect();
      unsubscribe();
    };
  }, [series, session]);
  if (count < 2) return null;
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { top, height } = event.currentTarget.getBoundingClientRect();
    viewport?.goTo(Math.round(((event.clientY - top) / height) * (count - 1)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    viewport?.goBy(step);
  };
  return (
    <div
      className="slider"
      role="slider"
      tabIndex={0}
      aria-label={text("ct.slice-slider")}
      aria-orientation="vertical"
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={target + 1}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={follow}
    >
      <canvas className="slider-track" ref={track} />
      <div className="slider-knob" style={{ top: `${(target / (count - 1)) * 100}%` }} />
    </div>
  );
}

function paintTrack(canvas: HTMLCanvasElement, series: ImageSeries, session: ReadingSession): void {
  const height = Math.max(1, canvas.clientHeight);
  if (canvas.height !== height) canvas.height = height;
  canvas.width = 1;
  const context = canvas.getContext("2d");
  if (!context) return;
  const count = series.frames.length;
  for (let y = 0; y < height; y++) {
    const frame = series.frames[Math.min(count - 1, Math.floor((y / height) * count))];
    const key = frame?.key ?? "";
    context.fillStyle = session.store.get(key)
      ? COLOURS.loaded
      : session.store.fault(key)
        ? COLOURS.failed
        : session.store.drawable(key)
          ? COLOURS.preview
          : COLOURS.absent;
    context.fillRect(0, y, 1, 1);
  }
}
