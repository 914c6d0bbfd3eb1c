import { Button, Pagination } from "antd";
import { useCallback, useState } from "react";
import { useNavigate } from "react-router";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { PageTitle } from "../desk/page-title.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { usePageKeys } from "../desk/use-page-keys.ts";
import { useSteadyRows } from "../desk/use-steady-rows.ts";
import { useText } from "../i18n/use-text.ts";
import { Icon } from "../shell/icon.tsx";
import { fieldToDicom, rangeStart } from "./board-dates.ts";
import { BoardFilters } from "./board-filters.tsx";
import { StudyDrawer } from "./study-drawer.tsx";
import { StudyTable } from "./study-table.tsx";
import styles from "./technician.module.css";
import { useBoardFilters } from "./use-board-filters.ts";

const PAGE = 50;
const NONE: readonly never[] = [];

/** The board of the centre: what came in, what has to be asked for, what waits, what is reported. Live, without jumps. */
export function TechnicianDesk() {
  const { text } = useText();
  const navigate = useNavigate();
  const { state, change } = useBoardFilters();
  const custom = state.dates === "custom";
  const query = {
    q: state.q,
    stage: state.stage,
    from: custom ? fieldToDicom(state.from) : rangeStart(state.dates, new Date()),
    to: custom ? fieldToDicom(state.to) : undefined,
    limit: PAGE,
    offset: (state.page - 1) * PAGE,
  };
  const list = useDeskQuery("studies", "listStudies", {
    query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== "")),
  });
  const [held, setHeld] = useState(false);
  const { rows, waiting, showWaiting } = useSteadyRows(
    // what is still shown of the last filter is another list
    `${JSON.stringify(query)}${list.isPlaceholderData}`,
    list.data?.studies ?? NONE,
    (study) => study.studyInstanceUid,
    held,
  );
  const open = useCallback((study: string, ask: boolean) => change({ study, ask: ask ? "1" : undefined }), [change]);
  usePageKeys([
    { key: "u", label: "board.key-upload", run: () => void navigate("/technician/upload") },
    { key: "↑ ↓", label: "board.key-rows" },
    { key: "Enter", label: "board.key-open" },
  ]);
  const filtered = state.q !== "" || state.stage !== undefined || state.dates !== "all";
  const total = list.data?.total ?? 0;
  const clear = () =>
    change({ q: undefined, stage: undefined, dates: undefined, from: undefined, to: undefined, page: undefined });
  return (
    <div className={styles.board}>
      <div className={styles.head}>
        <PageTitle
          title={text("board.title")}
          note={list.data === undefined ? undefined : text("board.count", { count: total })}
        />
        <Button type="primary" icon={<Icon name="upload" />} onClick={() => void navigate("/technician/upload")}>
          {text("board.upload")}
        </Button>
      </div>
      <BoardFilters state={state} change={change} counts={list.data?.counts ?? {}} />
      <div className={styles.list}>
        {waiting > 0 ? (
          <button type="button" className={styles.news} onClick={showWaiting}>
            {text("board.news", { count: waiting })}
          </button>
        ) : null}
        {list.data === undefined && list.error === null ? <SkeletonList rows={12} /> : null}
        {list.data === undefined && list.error !== null ? (
          <EmptyState title={text("board.failed")} hint={problemText(list.error, text)}>
            <Button onClick={() => void list.refetch()}>{text("common.retry")}</Button>
          </EmptyState>
        ) : null}
        {list.data !== undefined && rows.length === 0 ? (
          filtered ? (
            <EmptyState title={text("board.none-found")} hint={text("board.none-found-hint")}>
              <Button onClick={clear}>{text("board.clear")}</Button>
            </EmptyState>
          ) : (
            <EmptyState title={text("board.empty")} hint={text("board.empty-hint")} />
          )
        ) : null}
        {rows.length > 0 ? (
          <StudyTable
            rows={rows}
            selected={state.study}
            dimmed={list.isPlaceholderData}
            onOpen={open}
            onHold={setHeld}
          />
        ) : null}
      </div>
      {total > PAGE ? (
        <Pagination
          className={styles.pages ?? ""}
          size="small"
          current={state.page}
          pageSize={PAGE}
          total={total}
          showSizeChanger={false}
          onChange={(page) => change({ page: page === 1 ? undefined : String(page) })}
        />
      ) : null}
      <StudyDrawer
        studyInstanceUid={state.study}
        asking={state.ask}
        onClose={() => change({ study: undefined, ask: undefined })}
      />
    </div>
  );
}
