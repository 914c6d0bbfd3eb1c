import { type ReactNode, useCallback, useSyncExternalStore } from "react";
import { problemText } from "../api/problem-text.ts";
import { type Text, useText } from "../i18n/use-text.ts";
import { useReportIsWritten } from "../report/report-insert.ts";
import { type FindingPlace, findingValue, placeOfMark, placeText } from "./finding-words.ts";
import { type Finding, keyOf, type MarkBook } from "./mark-book.ts";
import { readerColour } from "./reader-colour.ts";
import type { ReadingSession } from "./reading-session.ts";
import "./findings-list.css";

interface FindingsListProps {
  readonly book: MarkBook;
  readonly session: ReadingSession;
  readonly onGo: (place: FindingPlace) => void;
  readonly onInsert: (finding: Finding) => void;
}

/** What was marked in the study, by whom, where, and what it measures: one click from the image. */
export function FindingsList({ book, session, onGo, onInsert }: FindingsListProps): ReactNode {
  const { text } = useText();
  useSyncExternalStore(
    useCallback((listener: () => void) => book.subscribe(listener), [book]),
    () => book.version(),
  );
  // values come with the pixels
  useSyncExternalStore(
    useCallback((listener: () => void) => session.subscribeProgress(listener), [session]),
    () => session.progressVersion(),
  );
  const isWritten = useReportIsWritten();
  const { findings, othersHidden } = book;
  const others = findings.some(({ own }) => !own);
  const state = stateText(book, text);
  return (
    <section className="findings" aria-label={text("ct.findings")}>
      <header>
        <h2>{text("ct.findings-count", { count: findings.length })}</h2>
        {others && (
          <label>
            <input
              type="checkbox"
              checked={othersHidden}
              onChange={(event) => book.hideOthers(event.currentTarget.checked)}
            />
            {text("ct.hide-others")}
          </label>
        )}
      </header>
      {state !== "" && (
        <p role="status" data-kind={book.saveState.kind}>
          {state}
        </p>
      )}
      {findings.length > 0 && (
        <ol>
          {findings
            .filter(({ own }) => own || !othersHidden)
            .map((finding) => {
              const place = placeOfMark(session.model.series, finding.mark);
              return (
                <FindingRow
                  key={keyOf(finding)}
                  finding={finding}
                  place={place}
                  value={place ? shownValue(finding, place, session, text) : ""}
                  chosen={book.selected !== undefined && keyOf(book.selected) === keyOf(finding)}
                  onGo={() => {
                    book.select(finding);
                    if (place) onGo(place);
                  }}
                  onInsert={isWritten ? () => onInsert(finding) : undefined}
                  onRemove={finding.editable ? () => book.remove(finding.mark.id) : undefined}
                />
              );
            })}
        </ol>
      )}
    </section>
  );
}

interface FindingRowProps {
  readonly finding: Finding;
  readonly place: FindingPlace | undefined;
  readonly value: string;
  readonly chosen: boolean;
  readonly onGo: () => void;
  readonly onInsert: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

function FindingRow({ finding, place, value, chosen, onGo, onInsert, onRemove }: FindingRowProps): ReactNode {
  const { text } = useText();
  const { mark, author, own, reader } = finding;
  const where = place ? placeText(place, text) : "";
  return (
    <li data-chosen={chosen} data-own={own}>
      <button type="button" className="finding" aria-current={chosen} onClick={onGo}>
        <span className="finding-number" style={{ color: readerColour(reader) }}>
          {mark.number}
        </span>
        <span>{text(`ct.finding-${mark.kind}`)}</span>
        <span className="finding-value">{value || <span className="dim">{text("ct.finding-no-pixels")}</span>}</span>
        <span className="finding-place dim">{own ? where : [author.displayName, where].join("  ")}</span>
      </button>
      {onInsert && (
        <button
          type="button"
          className="finding-do"
          title={text("ct.finding-insert")}
          aria-label={text("ct.finding-insert")}
          disabled={value === ""}
          // the cursor stays in the report
          onMouseDown={(event) => event.preventDefault()}
          onClick={onInsert}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2 4h12M2 8h5M2 12h5M11.5 7v6M9 10.5l2.5 2.5 2.5-2.5" />
          </svg>
        </button>
      )}
      {onRemove && (
        <button
          type="button"
          className="finding-do"
          title={text("ct.finding-remove")}
          aria-label={text("ct.finding-remove")}
          onClick={onRemove}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      )}
    </li>
  );
}

function shownValue({ mark }: Finding, { series, slice }: FindingPlace, session: ReadingSession, text: Text): string {
  const frame = series.frames[slice];
  return frame ? findingValue(mark, { frame, decoded: session.store.get(frame.key)?.decoded }, text) : "";
}

function stateText({ saveState, localRefused, loadFailed }: MarkBook, text: Text): string {
  const said =
    saveState.kind === "refused"
      ? text("ct.marks-refused", { reason: problemText(saveState.problem, text) })
      : saveState.kind === "saved"
        ? ""
        : text(`ct.marks-${saveState.kind}`);
  return [
    loadFailed ? text("ct.marks-not-read") : "",
    said,
    localRefused && saveState.kind !== "saved" ? text("ct.marks-local-refused") : "",
  ]
    .filter(Boolean)
    .join(" ");
}
