import { type ReactNode, useCallback, useSyncExternalStore } from "react";
import type { ImageSeries, StudyDocument } from "../../core/image/study-model.ts";
import { useText } from "../i18n/use-text.ts";
import type { ReadingSession } from "./reading-session.ts";
import { SeriesThumbnail } from "./series-thumbnail.tsx";

export const SERIES_DRAG_TYPE = "application/x-hub-series";

interface SeriesRailProps {
  readonly session: ReadingSession;
  /** Series in the active viewport, and in any. */
  readonly active: string | undefined;
  readonly shown: ReadonlySet<string>;
  readonly onChoose: (series: ImageSeries) => void;
  readonly onOpenDocument: ((document: StudyDocument) => void) | undefined;
}

/** The series of the study, to click or to drag into a viewport, and below them what is no image. */
export function SeriesRail({ session, active, shown, onChoose, onOpenDocument }: SeriesRailProps): ReactNode {
  const { text } = useText();
  const { series, documents } = session.model;
  return (
    <nav className="rail" aria-label={text("ct.series-list")}>
      {series.map((each) => (
        <SeriesCard
          key={each.seriesInstanceUid}
          series={each}
          session={session}
          active={each.seriesInstanceUid === active}
          shown={shown.has(each.seriesInstanceUid)}
          onChoose={onChoose}
        />
      ))}
      {documents.length > 0 && (
        <div className="rail-documents">
          <h2>{text("ct.documents")}</h2>
          <ul>
            {documents.map((document) => (
              <li key={document.sopInstanceUid}>
                {onOpenDocument ? (
                  <button type="button" onClick={() => onOpenDocument(document)}>
                    <DocumentLabel document={document} />
                  </button>
                ) : (
                  <DocumentLabel document={document} />
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </nav>
  );
}

function DocumentLabel({ document }: { readonly document: StudyDocument }): ReactNode {
  const { text } = useText();
  return (
    <span title={document.title}>
      {text(`ct.document-${document.kind}`)} {document.title}
    </span>
  );
}

interface SeriesCardProps {
  readonly series: ImageSeries;
  readonly session: ReadingSession;
  readonly active: boolean;
  readonly shown: boolean;
  readonly onChoose: (series: ImageSeries) => void;
}

function SeriesCard({ series, session, active, shown, onChoose }: SeriesCardProps): ReactNode {
  const { text } = useText();
  const subscribe = useCallback((listener: () => void) => session.subscribeProgress(listener), [session]);
  useSyncExternalStore(subscribe, () => session.progressVersion());
  const { loaded, failed, total } = session.progress(series);
  const number = series.seriesNumber === undefined ? "" : String(series.seriesNumber);
  return (
    <button
      type="button"
      className="thumbnail"
      draggable
      aria-current={active}
      data-shown={shown}
      title={[number, series.description, series.modality].filter(Boolean).join("  ")}
      data-series-instance-uid={series.seriesInstanceUid}
      onClick={() => onChoose(series)}
      onDragStart={(event) => {
        event.dataTransfer.setData(SERIES_DRAG_TYPE, series.seriesInstanceUid);
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      <SeriesThumbnail series={series} session={session} />
      <span className="thumbnail-number">{[number, series.modality].filter(Boolean).join("  ")}</span>
      <span className="thumbnail-count">{text("ct.image-count", { count: total })}</span>
      {session.seen(series) && (
        <svg className="thumbnail-seen" viewBox="0 0 16 16" role="img" aria-label={text("ct.seen")}>
          <title>{text("ct.seen")}</title>
          <path d="m3.5 8.5 3 3 6-7" />
        </svg>
      )}
      {series.description !== "" && <span className="thumbnail-text">{series.description}</span>}
      {failed > 0 && <span className="thumbnail-failed">{text("ct.failed-count", { count: failed })}</span>}
      <span className="load-bar" data-complete={loaded === total}>
        <span style={{ width: `${total === 0 ? 0 : (loaded / total) * 100}%` }} />
      </span>
    </button>
  );
}
