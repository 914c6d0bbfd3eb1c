import { type ReactNode, useEffect, useRef, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { CornerTexts } from "./corner-texts.tsx";
import { faultText } from "./fault-text.ts";
import type { Placement } from "./hang-room.ts";
import { setMarkText } from "./mark-tool.ts";
import type { ReadingSession } from "./reading-session.ts";
import { SERIES_DRAG_TYPE } from "./series-rail.tsx";
import { SliceSlider } from "./slice-slider.tsx";
import { StackViewport } from "./stack-viewport.ts";
import type { ToolName } from "./tool-name.ts";
import { useViewportSnapshot } from "./use-viewport-snapshot.ts";

interface ViewportPaneProps {
  readonly index: number;
  readonly session: ReadingSession;
  readonly placement: Placement | undefined;
  readonly tool: ToolName;
  readonly active: boolean;
  /** Others beside it: the active one is outlined. */
  readonly several: boolean;
  readonly centreName: string | undefined;
  readonly onActivate: (index: number) => void;
  readonly onDropSeries: (index: number, seriesInstanceUid: string) => void;
  /** The imperative side of the pane, for the room's commands; undefined when it goes. */
  readonly onViewport: (index: number, viewport: StackViewport | undefined) => void;
}

/** One viewport with what stands around and over its image. The image itself is drawn outside React. */
export function ViewportPane(props: ViewportPaneProps): ReactNode {
  const { index, session, placement, tool, active, several, centreName, onActivate, onDropSeries, onViewport } = props;
  const series = placement?.series;
  const { text } = useText();
  const host = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState<StackViewport>();
  const [dropping, setDropping] = useState(false);

  useEffect(() => {
    if (!host.current) return;
    const made = new StackViewport(host.current, index, session);
    setViewport(made);
    onViewport(index, made);
    return () => {
      onViewport(index, undefined);
      setViewport(undefined);
      made.close();
    };
  }, [index, session, onViewport]);

  useEffect(() => {
    if (!placement) return;
    viewport?.showSeries(placement.series);
    if (placement.window) viewport?.setWindow(placement.window);
  }, [viewport, placement]);

  useEffect(() => viewport?.setTool(tool), [viewport, tool]);

  useEffect(() => {
    setMarkText(text); // `text` changes with the language
    viewport?.redraw();
  }, [viewport, text]);

  return (
    <section
      className="pane"
      data-active={several && active}
      data-dropping={dropping}
      aria-label={text("ct.viewport", { number: index + 1 })}
      onPointerDownCapture={() => onActivate(index)}
      onWheelCapture={() => onActivate(index)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(SERIES_DRAG_TYPE)) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        setDropping(false);
        const uid = event.dataTransfer.getData(SERIES_DRAG_TYPE);
        if (uid === "") return;
        event.preventDefault();
        onDropSeries(index, uid);
      }}
    >
      <div className="pane-image" data-testid={`viewport-${index}`} data-tool={tool} ref={host} />
      {series ? (
        <>
          <CornerTexts study={session.model} series={series} viewport={viewport} centreName={centreName} />
          <PaneNotice viewport={viewport} />
          <SliceSlider series={series} session={session} viewport={viewport} />
        </>
      ) : (
        <div className="pane-notice dim">{text("ct.no-series-here")}</div>
      )}
    </section>
  );
}

/** What stands where the image would be: that it is on its way, or why it did not come and what to do. */
function PaneNotice({ viewport }: { readonly viewport: StackViewport | undefined }): ReactNode {
  const { text } = useText();
  const state = useViewportSnapshot(viewport, (snapshot) => snapshot.state);
  const fault = useViewportSnapshot(viewport, (snapshot) => snapshot.fault);
  const drawn = useViewportSnapshot(viewport, (snapshot) => snapshot.window !== undefined);
  if (state === "failed" && fault) {
    return (
      <div className="pane-notice" role="alert">
        <strong>{text("ct.image-failed")}</strong>
        <span>{faultText(fault, text)}</span>
        <button type="button" className="room-button" onClick={() => viewport?.retry()}>
          {text("common.retry")}
        </button>
      </div>
    );
  }
  return state === "loading" && !drawn ? (
    <div className="pane-notice dim" role="status">
      {text("ct.loading-image")}
    </div>
  ) : null;
}
