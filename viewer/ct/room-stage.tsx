import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { ImageSeries, StudyDocument } from "../../core/image/study-model.ts";
import { WINDOW_PRESETS } from "../../core/image/window-level.ts";
import { insertIntoReport } from "../report/report-insert.ts";
import { AsidePanel } from "./aside-panel.tsx";
import { type AsidePlace, asideWidth, storeAsidePlace, storedAsidePlace } from "./aside-place.ts";
import { CtToolbar } from "./ct-toolbar.tsx";
import { type FindingPlace, findingWords, placeOfMark } from "./finding-words.ts";
import { FindingsList } from "./findings-list.tsx";
import { firstSeries } from "./first-series.ts";
import { KeyCard } from "./key-card.tsx";
import type { Finding } from "./mark-book.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { CommandName } from "./room-commands.ts";
import { nextLayout, type RoomLayout, viewportCount } from "./room-layout.ts";
import { runViewportCommand } from "./run-viewport-command.ts";
import { SeriesRail } from "./series-rail.tsx";
import type { StackViewport } from "./stack-viewport.ts";
import { isMarkName, type ToolName } from "./tool-name.ts";
import { type Marker, useMarkBook } from "./use-mark-book.ts";
import { useRoomKeys } from "./use-room-keys.ts";
import { useViewportSnapshot } from "./use-viewport-snapshot.ts";
import { ViewportPane } from "./viewport-pane.tsx";

const PLACES = [0, 1, 2, 3].map((index) => ({ id: `place-${index}`, index }));

export interface RoomStageProps {
  readonly session: ReadingSession;
  readonly patientHeader: ReactNode;
  readonly aside: ReactNode;
  readonly centreName: string | undefined;
  readonly toolbarEnd: ReactNode;
  readonly marker: Marker;
  readonly onOpenDocument: ((document: StudyDocument) => void) | undefined;
}

/** The room around an open study: rail, tools, viewports, report. */
export function RoomStage(props: RoomStageProps): ReactNode {
  const { session, patientHeader, aside, centreName, toolbarEnd, marker, onOpenDocument } = props;
  const allSeries = session.model.series;
  const [tool, setTool] = useState<ToolName>("window");
  const [layout, setLayout] = useState<RoomLayout>("1x1");
  const [active, setActive] = useState(0);
  const [placed, setPlaced] = useState<readonly (ImageSeries | undefined)[]>(() => [firstSeries(allSeries)]);
  const [viewports, setViewports] = useState<readonly (StackViewport | undefined)[]>([]);
  const [asidePlace, setAsidePlace] = useState(storedAsidePlace);
  const [keysShown, setKeysShown] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  const viewport = viewports[active];
  const book = useMarkBook(session, marker, viewports);
  const [goal, setGoal] = useState<FindingPlace>();
  useEffect(() => {
    if (goal) viewport?.goTo(goal.slice); // after the pane has taken the series
  }, [goal, viewport]);
  const window = useViewportSnapshot(viewport, (snapshot) => snapshot.window);
  const windowFromFile = useViewportSnapshot(viewport, (snapshot) => snapshot.windowFromFile);
  const inverted = useViewportSnapshot(viewport, (snapshot) => snapshot.inverted);

  const onViewport = useCallback((index: number, made: StackViewport | undefined) => {
    setViewports((all) => Object.assign([...all], { [index]: made }));
  }, []);
  const activate = (index: number): void => {
    setActive(index);
    session.activate(index);
  };
  const placeSeries = (index: number, series: ImageSeries | undefined): void => {
    if (series) setPlaced((all) => Object.assign([...all], { [index]: series }));
  };
  const changeLayout = (next: RoomLayout): void => {
    const count = viewportCount(next);
    // New viewports take the series that are not shown yet, in their order.
    const rest = allSeries.filter((series) => !placed.slice(0, count).includes(series));
    setPlaced(Array.from({ length: count }, (_, index) => placed[index] ?? rest.shift()));
    setLayout(next);
    if (active >= count) activate(0);
  };
  const changeAside = (change: Partial<AsidePlace>): void => {
    const next = { ...asidePlace, ...change };
    setAsidePlace(next);
    storeAsidePlace(next);
  };
  const stepSeries = (step: number): void => {
    const shown = placed[active];
    const at = shown ? allSeries.indexOf(shown) : -1;
    placeSeries(active, allSeries[at + step]);
  };

  const insertFinding = ({ mark }: Finding): void => {
    const place = placeOfMark(allSeries, mark);
    const frame = place?.series.frames[place.slice];
    if (place && frame)
      insertIntoReport(findingWords(mark, { frame, decoded: session.store.get(frame.key)?.decoded }, place));
  };

  const run = (name: CommandName): void => {
    const preset = WINDOW_PRESETS.find((each) => `preset-${each.name}` === name);
    if (preset) viewport?.setWindow({ center: preset.center, width: preset.width });
    else if (isToolName(name)) setTool(name);
    else if (name === "next-series") stepSeries(1);
    else if (name === "previous-series") stepSeries(-1);
    else if (name === "next-viewport") activate((active + 1) % viewportCount(layout));
    else if (name === "layout") changeLayout(nextLayout(layout));
    else if (name === "aside") changeAside({ hidden: !asidePlace.hidden });
    else if (name === "keys") setKeysShown(true);
    else if (name === "undo") book?.undo();
    else if (name === "redo") book?.redo();
    else if (name === "hide-others") book?.hideOthers(!book.othersHidden);
    else if (name === "finding-to-report") {
      if (book?.selected) insertFinding(book.selected);
    } else if (name === "fullscreen") toggleFullscreen(root.current);
    else if (viewport) runViewportCommand(viewport, name);
  };
  useRoomKeys(run);

  const hasAside = aside !== undefined && aside !== null;
  const count = viewportCount(layout);
  return (
    <div className="reading-room" ref={root}>
      <div className="room-top">
        {patientHeader !== undefined && <div className="room-patient">{patientHeader}</div>}
        <CtToolbar
          tool={tool}
          layout={layout}
          window={window}
          windowFromFile={windowFromFile}
          inverted={inverted}
          asideShown={hasAside ? !asidePlace.hidden : undefined}
          onCommand={run}
          onLayout={changeLayout}
          end={toolbarEnd}
        />
      </div>
      <div className="room-body">
        <SeriesRail
          session={session}
          active={placed[active]?.seriesInstanceUid}
          shown={new Set(placed.slice(0, count).flatMap((series) => series?.seriesInstanceUid ?? []))}
          onChoose={(series) => placeSeries(active, series)}
          onOpenDocument={onOpenDocument}
        />
        <main className="panes" data-layout={layout}>
          {PLACES.slice(0, count).map(({ id, index }) => (
            <ViewportPane
              key={id}
              index={index}
              session={session}
              series={placed[index]}
              tool={tool}
              active={index === active}
              several={count > 1}
              centreName={centreName}
              onActivate={activate}
              onDropSeries={(at, uid) => {
                placeSeries(
                  at,
                  allSeries.find((series) => series.seriesInstanceUid === uid),
                );
                activate(at);
              }}
              onViewport={onViewport}
            />
          ))}
        </main>
        {hasAside && (
          <AsidePanel
            width={asidePlace.width}
            hidden={asidePlace.hidden}
            onWidth={(width) => changeAside({ width: asideWidth(width) })}
            findings={
              book && (
                <FindingsList
                  book={book}
                  session={session}
                  onGo={(place) => {
                    placeSeries(active, place.series);
                    setGoal(place);
                  }}
                  onInsert={insertFinding}
                />
              )
            }
          >
            {aside}
          </AsidePanel>
        )}
      </div>
      {keysShown && <KeyCard onClose={() => setKeysShown(false)} />}
    </div>
  );
}

function isToolName(name: CommandName): name is ToolName {
  return (
    name === "window" || name === "pan" || name === "zoom" || name === "scroll" || name === "erase" || isMarkName(name)
  );
}

function toggleFullscreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen();
}
