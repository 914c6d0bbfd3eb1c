import { Button, Pagination, Segmented, Select } from "antd";
import { useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { problemText } from "../api/problem-text.ts";
import { DateField } from "../desk/date-field.tsx";
import { EmptyState } from "../desk/empty-state.tsx";
import { PageTitle } from "../desk/page-title.tsx";
import { SearchField } from "../desk/search-field.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { usePageKeys } from "../desk/use-page-keys.ts";
import { useText } from "../i18n/use-text.ts";
import { useHeldRows } from "../reading/use-held-rows.ts";
import "./gp-desk.css";
import { groupReports, type ListedReport } from "./group-reports.ts";
import { ReportRow } from "./report-row.tsx";
import { useReportFilters } from "./use-report-filters.ts";

const PAGE = 50;
const MODALITIES = ["CT", "ECG", "DX", "CR", "MR", "US"];
const NONE: readonly never[] = [];
const idOf = ({ task }: ListedReport) => task.id;

/** The GP's inbox: the signed reports of the own centre, what is unread first. */
export function GpDesk() {
  const { text } = useText();
  const navigate = useNavigate();
  const { filters, narrowed, change, clear, search } = useReportFilters();
  const { show, q, modality, from, to, page } = filters;
  const query = {
    q,
    modality,
    ...(from === "" ? {} : { from: from.replaceAll("-", "") }),
    ...(to === "" ? {} : { to: to.replaceAll("-", "") }),
    ...(show === "unread" ? { unacknowledged: "true" } : {}),
    limit: PAGE,
    offset: (page - 1) * PAGE,
  };
  const inbox = useDeskQuery("reports", "listReports", { query });
  const [pointed, setPointed] = useState(false);
  const { rows, waiting, showWaiting } = useHeldRows(
    JSON.stringify(query),
    inbox.data?.reports ?? NONE,
    pointed && !inbox.isPlaceholderData,
    idOf,
  );
  const groups = useMemo(() => groupReports(rows), [rows]);
  const ordered = groups.flatMap((group) => group.rows);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const list = useRef<HTMLTableElement>(null);
  const at = ordered.findIndex(({ item }) => item.task.id === selectedId);
  const open = (listed: ListedReport) => void navigate(`/gp/reports/${listed.task.id}`);
  const select = (index: number) => {
    const next = ordered[Math.min(Math.max(index, 0), ordered.length - 1)];
    if (next === undefined) return;
    setSelectedId(next.item.task.id);
    list.current?.querySelector(`[data-task="${next.item.task.id}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const down = { label: "gp.key.down", run: () => select(at + 1) } as const;
  const up = { label: "gp.key.up", run: () => select(at - 1) } as const;
  usePageKeys([
    { key: "j", ...down },
    { key: "ArrowDown", ...down },
    { key: "k", ...up },
    { key: "ArrowUp", ...up },
    {
      key: "Enter",
      label: "gp.open",
      run: () => {
        const selected = ordered[at];
        if (selected !== undefined && document.activeElement?.closest("button, a") == null) open(selected.item);
      },
    },
  ]);
  const data = inbox.data;
  const empty = narrowed ? "gp.empty.filtered" : show === "unread" ? "gp.empty.unread" : "gp.empty";

  return (
    <div className="gp-desk">
      <PageTitle
        title={text("gp.desk")}
        note={
          data === undefined ? undefined : text("gp.note", { unacknowledged: data.unacknowledged, total: data.total })
        }
      />
      <search className="gp-filters">
        <SearchField value={q} placeholder={text("gp.search")} onSearch={search} />
        <Segmented
          value={show}
          aria-label={text("gp.show")}
          options={[
            { value: "all", label: text("gp.all") },
            { value: "unread", label: text("gp.unread") },
          ]}
          onChange={(value) => change({ show: value as "all" | "unread" })}
        />
        <Select
          value={modality}
          aria-label={text("gp.modality")}
          options={[
            { value: "", label: text("gp.modality.all") },
            ...MODALITIES.map((value) => ({ value, label: value })),
          ]}
          onChange={(value) => change({ modality: value })}
        />
        <DateField label={text("gp.from")} value={from} max={to} onChange={(day) => change({ from: day })} />
        <DateField label={text("gp.to")} value={to} min={from} onChange={(day) => change({ to: day })} />
        {narrowed && (
          <Button type="link" onClick={clear}>
            {text("gp.clear")}
          </Button>
        )}
        {waiting > 0 && (
          <Button type="link" onClick={showWaiting}>
            {text("gp.waiting", { count: waiting })}
          </Button>
        )}
      </search>
      <div className="gp-rows" onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
        {inbox.isPending ? (
          <SkeletonList />
        ) : inbox.isError && data === undefined ? (
          <EmptyState title={text("gp.failed")} hint={problemText(inbox.error, text)}>
            <Button onClick={() => void inbox.refetch()}>{text("common.retry")}</Button>
          </EmptyState>
        ) : ordered.length === 0 ? (
          <EmptyState title={text(empty)} hint={text(`${empty}.hint`)}>
            {narrowed && <Button onClick={clear}>{text("gp.clear")}</Button>}
          </EmptyState>
        ) : (
          <table ref={list}>
            <thead>
              <tr>
                <th className="c-gp-state">{text("gp.column.state")}</th>
                <th className="c-gp-patient">{text("gp.column.patient")}</th>
                <th className="c-gp-examination">{text("gp.column.examination")}</th>
                <th>{text("gp.column.impression")}</th>
                <th className="c-gp-centre">{text("gp.column.centre")}</th>
                <th className="c-gp-final">{text("gp.column.final")}</th>
              </tr>
            </thead>
            {groups.map((group) => (
              <tbody key={group.name}>
                {groups.length > 1 && (
                  <tr className="gp-group">
                    <th colSpan={6} scope="rowgroup">
                      {text(`gp.${group.name}`)}
                    </th>
                  </tr>
                )}
                {group.rows.map((row) => (
                  <ReportRow
                    key={row.item.task.id}
                    row={row}
                    selected={row.item.task.id === selectedId}
                    onSelect={() => setSelectedId(row.item.task.id)}
                    onOpen={() => open(row.item)}
                  />
                ))}
              </tbody>
            ))}
          </table>
        )}
      </div>
      {data !== undefined && data.total > PAGE && (
        <Pagination
          align="end"
          current={page}
          pageSize={PAGE}
          total={data.total}
          showSizeChanger={false}
          onChange={(next) => change({ page: next })}
        />
      )}
    </div>
  );
}
