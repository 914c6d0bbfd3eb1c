import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { ImageSeries, StudyDocument } from "../../core/image/study-model.ts";
import { presetOf, WINDOW_PRESETS, type WindowLevel } from "../../core/image/window-level.ts";
import { protocolFromRoom } from "../../core/reading/hanging/protocol-from-room.ts";
import { insertIntoReport } from "../report/report-insert.ts";
import { AsidePanel } from "./aside-panel.tsx";
import { type AsidePlace, asideWidth, storeAsidePlace, storedAsidePlace } from "./aside-place.ts";
import { CtToolbar } from "./ct-toolbar.tsx";
import { type FindingPlace, findingWords, placeOfMark } from "./finding-words.ts";
import { FindingsList } from "./findings-list.tsx";
import { hangRoom, type Placement } from "./hang-room.ts";
import { KeyCard } from "./key-card.tsx";
import { linkScroll } from "./linked-scroll.ts";
import type { Finding } from "./mark-book.ts";
import type { OwnHanging } from "./own-hanging.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { CommandName } from "./room-commands.ts";
import { layoutSize, nextLayout, type RoomLayout, viewportCount } from "./room-layout.ts";
import { runViewportCommand } from "./run-viewport-command.ts";
import { SeriesRail } from "./series-rail.tsx";
import type { StackViewport } from "./stack-viewport.ts";
import { isMarkName, type ToolName } from "./tool-name.ts";
import { useHanging } from "./use-hanging.ts";
import { type Marker, useMarkBook } from "./use-mark-book.ts";
import { useRoomKeys } from "./use-room-keys.ts";
import { useViewportSnapshot } from "./use-viewport-snapshot.ts";
import { ViewportPane } from "./viewport-pane.tsx";

const PLACES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => ({ id: `place-${index}`, index }));

export interface RoomStageProps {
  readonly session: ReadingSession;
  readonly ownHanging: OwnHanging;
  readonly patientHeader: ReactNode;
  readonly aside: ReactNode;
  readonly centreName: string | undefined;
  readonly toolbarEnd: ReactNode;
  readonly marker: Marker;
  readonly onOpenDocument: ((document: StudyDocument) => void) | undefined;
}

/** The room around an open study: rail, tools, viewports, report. */
export function RoomStage(props: RoomStageProps): ReactNode {
  const { session, ownHanging, patientHeader, aside, centreName, toolbarEnd, marker, onOpenDocument } = props;
  const allSeries = session.model.series;
  const [tool, setTool] = useState<ToolName>("window");
  const hanging = useHanging(session.model, ownHanging);
  const [{ layout, placed, links }, setHung] = useState(() =>
    hangRoom(hanging.current?.protocol, hanging.exam, allSeries),
  );
  const [linked, setLinked] = useState(true);
  const [active, setActive] = useState(0);
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
    if (!series) return;
    setHung((hung) => ({
      ...hung,
      placed: Object.assign([...hung.placed], { [index]: { series, window: undefined } }),
    }));
  };
  const changeLayout = (next: RoomLayout): void => {
    const count = viewportCount(next);
    // New viewports take the series that are not shown yet, in their order.
    const rest = allSeries
      .filter((series) => !placed.slice(0, count).some((placement) => placement?.series === series))
      .map((series): Placement => ({ series, window: undefined }));
    setHung({ layout: next, placed: Array.from({ length: count }, (_, at) => placed[at] ?? rest.shift()), links });
    if (active >= count) activate(0);
  };
  const hangBy = (protocolId: string): void => {
    setHung(hangRoom(hanging.choose(protocolId)?.protocol, hanging.exam, allSeries));
    activate(0);
  };
  const saveHanging = (name: string): Promise<void> =>
    hanging.save(
      protocolFromRoom(
        {
          layout: layoutSize(layout),
          viewports: PLACES.slice(0, viewportCount(layout)).map(({ index }) => ({
            series: hanging.exam.series.find(
              ({ seriesInstanceUid }) => seriesInstanceUid === placed[index]?.series.seriesInstanceUid,
            ),
            window: windowToKeep(viewports[index]),
            link: linked ? (links[index] ?? null) : null,
          })),
        },
        hanging.exam,
        { name, author: "" }, // the hub knows who saves it
      ),
    );
  const changeAside = (change: Partial<AsidePlace>): void => {
    const next = { ...asidePlace, ...change };
    setAsidePlace(next);
    storeAsidePlace(next);
  };
  const stepSeries = (step: number): void => {
    const shown = placed[active]?.series;
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
    else if (name === "link") setLinked(!linked);
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

  const count = viewportCount(layout);
  useEffect(() => {
    if (!linked) return;
    const shown = viewports.slice(0, count).flatMap((each, index) => (each ? [{ each, link: links[index] }] : []));
    const groups = Map.groupBy(shown, ({ link }) => link ?? 0);
    const ends = [...groups].map(([link, group]) =>
      link === 0 ? () => {} : linkScroll(group.map(({ each }) => each)),
    );
    return () => {
      for (const end of ends) end();
    };
  }, [viewports, count, links, linked]);

  const hasAside = aside !== undefined && aside !== null;
  const isLinkable = links.slice(0, count).some((link, index) => link !== null && links.indexOf(link) !== index);
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
          linked={isLinkable ? linked : undefined}
          asideShown={hasAside ? !asidePlace.hidden : undefined}
          hanging={hanging}
          onHang={hangBy}
          onSaveHanging={saveHanging}
          onCommand={run}
          onLayout={changeLayout}
          end={toolbarEnd}
        />
      </div>
      <div className="room-body">
        <SeriesRail
          session={session}
          active={placed[active]?.series.seriesInstanceUid}
          shown={new Set(placed.slice(0, count).flatMap((placement) => placement?.series.seriesInstanceUid ?? []))}
          onChoose={(series) => placeSeries(active, series)}
          onOpenDocument={onOpenDocument}
        />
        <main
          className="panes"
          data-layout={layout}
          style={{
            gridTemplate: `repeat(${layoutSize(layout).rows}, 1fr) / repeat(${layoutSize(layout).columns}, 1fr)`,
          }}
        >
          {PLACES.slice(0, count).map(({ id, index }) => (
            <ViewportPane
              key={placed[index] ? id : `${id}-empty`} // where a series hung and none hangs now, its image must not stay
              index={index}
              session={session}
              placement={placed[index]}
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

/** What the reader sees: a preset stays one, whoever chose it; another window of the file's goes on coming from the file. */
function windowToKeep(viewport: StackViewport | undefined): WindowLevel | undefined {
  if (!viewport) return undefined;
  const { window, windowFromFile, isColour, series } = viewport.snapshot;
  if (!window || isColour) return undefined;
  const isPreset = series?.modality === "CT" && presetOf(window) !== undefined;
  return windowFromFile && !isPreset ? undefined : window;
}

function toggleFullscreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen();
}
