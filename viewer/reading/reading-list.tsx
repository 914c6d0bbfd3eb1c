import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { PageTitle } from "../desk/page-title.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useNow } from "../desk/use-now.ts";
import { usePageKeys } from "../desk/use-page-keys.ts";
import { useText } from "../i18n/use-text.ts";
import { useSignedIn } from "../shell/use-session.ts";
import { ListFiltersBar } from "./list-filters-bar.tsx";
import { loadCtRoom, loadEcgRoom } from "./load-rooms.ts";
import { ReadingListHead } from "./reading-list-head.tsx";
import { ReadingRow } from "./reading-row.tsx";
import "./reading-list.css";
import type { ListedTask } from "./sort-tasks.ts";
import { useHeldRows } from "./use-held-rows.ts";
import { LIST_VIEWS, useListFilters } from "./use-list-filters.ts";
import { useOpenTask } from "./use-open-task.ts";
import { useTaskList } from "./use-task-list.ts";

/** The reading list of a centre: what is to be claimed, read and countersigned, live, and workable by keyboard alone. */
export function ReadingList() {
  const { text } = useText();
  const now = useNow();
  const reads = useSignedIn().roles.some(({ role }) => role === "reader");
  const { filters, filtered, change, clear } = useListFilters(reads ? "open" : "countersign");
  const { view } = filters;
  const { list, tasks, newest, name } = useTaskList(filters);
  const [pointed, setPointed] = useState(false);
  const { open, pending, problems } = useOpenTask();
  // what went wrong is told beside its row, so the row stays for that long
  const held = pointed || Object.keys(problems).length > 0;
  const { rows, waiting, showWaiting } = useHeldRows(name, tasks, held, taskIdOf);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const selectedAt = Math.max(
    0,
    rows.findIndex((row) => row.item.task.id === selectedId),
  );
  const selected = rows[selectedAt];
  // while another list is fetched the tabs keep their numbers
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
  if (newest !== undefined && newest.counts !== counts) setCounts(newest.counts);

  const select = (index: number) => {
    const next = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (next === undefined) return;
    setSelectedId(next.item.task.id);
    body.current?.querySelector(`[data-task="${next.item.task.id}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const down = { label: "reading.keys.down", run: () => select(selectedAt + 1) } as const;
  const up = { label: "reading.keys.up", run: () => select(selectedAt - 1) } as const;
  usePageKeys([
    { key: "j", ...down },
    { key: "ArrowDown", ...down },
    { key: "k", ...up },
    { key: "ArrowUp", ...up },
    {
      key: "Enter",
      label: `reading.action.${view}`,
      run: () => {
        // a button that has the focus is pressed by Enter itself
        if (document.activeElement?.closest("button, a") != null) return;
        if (selected !== undefined && !selected.gone) open(selected.item);
      },
    },
    ...LIST_VIEWS.map((one, index) => ({
      key: String(index + 1),
      label: `reading.view.${one}` as const,
      run: () => change({ view: one }),
    })),
  ]);
  useEffect(() => {
    const idle = setTimeout(() => void warmReadingRoom(), 1500);
    return () => clearTimeout(idle);
  }, []);

  return (
    <div className="reading-list" data-view={view}>
      <PageTitle
        title={text("reading.list")}
        note={
          newest === undefined
            ? undefined
            : text(rows.length < newest.total ? "reading.shown" : "reading.total", {
                total: newest.total,
                count: Math.min(rows.length, newest.total),
              })
        }
      />
      <ListFiltersBar filters={filters} filtered={filtered} counts={counts} onChange={change} onClear={clear} />
      <div className="list-frame" onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
        {waiting > 0 && (
          <button type="button" className="list-news" onClick={showWaiting}>
            {text("reading.waiting", { count: waiting })}
          </button>
        )}
        <div className="list-rows">
          {rows.length > 0 && (
            <table>
              <ReadingListHead view={view} />
              <tbody ref={body}>
                {rows.map((row) => (
                  <ReadingRow
                    key={row.item.task.id}
                    row={row}
                    view={view}
                    now={now}
                    selected={row === selected}
                    pending={pending === row.item.task.id}
                    problem={problems[row.item.task.id]}
                    onSelect={setSelectedId}
                    onOpen={open}
                  />
                ))}
              </tbody>
            </table>
          )}
          {list.isPending && <SkeletonList />}
          {list.isError && rows.length === 0 && (
            <EmptyState title={text("reading.failed")} hint={problemText(list.error, text)}>
              <Button onClick={() => void list.refetch()}>{text("common.retry")}</Button>
            </EmptyState>
          )}
          {list.isSuccess && rows.length === 0 && (
            <EmptyState
              title={text(filtered ? "reading.empty.filtered" : `reading.empty.${view}`)}
              hint={text(filtered ? "reading.empty.filtered.hint" : `reading.empty.${view}.hint`)}
            >
              {filtered && <Button onClick={clear}>{text("reading.clear-filters")}</Button>}
            </EmptyState>
          )}
          {list.hasNextPage && (
            <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {text("reading.more")}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

const taskIdOf = ({ task }: ListedTask) => task.id;

/** Fetches the page and both rooms, so that the first study opens at once. */
async function warmReadingRoom(): Promise<void> {
  await import("./reading-page.tsx");
  await Promise.all([loadCtRoom(), loadEcgRoom()]);
}
