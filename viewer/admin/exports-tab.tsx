import { useQuery } from "@tanstack/react-query";
import { Button, Progress, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { apiPath, callApi, problemOf } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { bytesText } from "./bytes-text.ts";
import { ExportForm } from "./export-form.tsx";
import { ExportRefusals } from "./export-refusals.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Export = Answer<"listExports">["exports"][number];

const PAGE_SIZE = 20;
const REFRESH_MS = 2000;

const isUnderWay = ({ state }: Export) => state === "waiting" || state === "running";

/** What was given out without who the patients are: for what, how far it is, what was held back and why. */
export function ExportsTab() {
  const { text } = useText();
  const [page, setPage] = useState(1);
  const [isAsking, setIsAsking] = useState(false);
  const exports = useQuery({
    queryKey: ["district", "exports", page],
    queryFn: ({ signal }) =>
      callApi("listExports", { query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.exports.some(isUnderWay) ? REFRESH_MS : false),
  });
  const retry = useDistrictChange((exportId: string) => callApi("retryExport", { params: { exportId } }));
  return (
    <TabState query={exports}>
      {(data) => (
        <>
          <div className="admin-bar">
            <span>{text("admin.export.count", { count: data.total })}</span>
            <span>{text("admin.export.note")}</span>
            {retry.error !== null && <span role="alert">{problemText(retry.error, text)}</span>}
            <Button className="end" type="primary" onClick={() => setIsAsking(true)}>
              {text("admin.export.add")}
            </Button>
          </div>
          <Table<Export>
            className="admin-table"
            rowKey="id"
            dataSource={data.exports}
            pagination={{
              current: page,
              pageSize: PAGE_SIZE,
              total: data.total,
              hideOnSinglePage: true,
              showSizeChanger: false,
              onChange: setPage,
            }}
            locale={{
              emptyText: <EmptyState title={text("admin.export.empty")} hint={text("admin.export.empty.hint")} />,
            }}
            expandable={{
              showExpandColumn: data.exports.some(({ refused }) => refused > 0),
              rowExpandable: ({ refused }) => refused > 0,
              expandedRowRender: ({ id, refused }) => <ExportRefusals exportId={id} refused={refused} />,
            }}
            columns={[
              { title: text("admin.export.at"), width: 152, render: (_, { requestedAt }) => minuteText(requestedAt) },
              {
                title: text("admin.export.by"),
                width: 120,
                render: (_, { requestedBy }) => requestedBy?.displayName ?? text("admin.export.by-command"),
              },
              {
                title: text("admin.export.purpose"),
                render: (_, { purpose, pseudonymPrefix }) => (
                  <div className="admin-list">
                    <span>{purpose}</span>
                    <span className="admin-dim">{text("admin.export.called", { prefix: pseudonymPrefix })}</span>
                  </div>
                ),
              },
              { title: text("admin.export.studies"), dataIndex: "studyCount", width: 88, align: "right" },
              { title: text("admin.export.progress"), width: 304, render: (_, each) => <ExportProgress of={each} /> },
              {
                title: text("admin.export.size"),
                width: 96,
                align: "right",
                render: (_, { bytes }) => (bytes === null ? "—" : bytesText(bytes)),
              },
              {
                title: text("admin.actions"),
                width: 112,
                render: (_, each) => (
                  <div className="admin-actions">
                    <ExportAction of={each} onRetry={() => retry.mutate(each.id)} />
                  </div>
                ),
              },
            ]}
          />
          {isAsking && <ExportForm onClose={() => setIsAsking(false)} />}
        </>
      )}
    </TabState>
  );
}

interface ExportActionProps {
  readonly of: Export;
  readonly onRetry: () => void;
}

function ExportAction({ of: { id, state, bytes, requestedBy }, onRetry }: ExportActionProps) {
  const { text } = useText();
  if (state === "failed")
    return (
      <Button type="link" size="small" onClick={onRetry}>
        {text("admin.export.retry")}
      </Button>
    );
  if (bytes === null && state !== "done") return null;
  if (bytes === null)
    return (
      <span className="admin-dim admin-export-gone">
        {text(requestedBy === null ? "admin.export.to-folder" : "admin.export.expired")}
      </span>
    );
  return (
    <Button type="link" size="small" href={apiPath("getExportFile", { params: { exportId: id } })} download>
      {text("admin.export.download")}
    </Button>
  );
}

function ExportProgress({ of: { state, failure, total, exported, refused } }: { readonly of: Export }) {
  const { text } = useText();
  if (state === "waiting") return <span className="admin-dim">{text("admin.export.state.waiting")}</span>;
  if (state === "failed")
    return (
      <strong className="admin-refused">
        {text("admin.export.state.failed", {
          failure:
            failure === "storage-full"
              ? text("admin.export.failed.storage-full")
              : problemText(problemOf(500, { code: failure }), text),
        })}
      </strong>
    );
  const looked = exported + refused;
  return (
    <div className="admin-export-progress">
      {state === "running" && (
        <Progress
          percent={Math.floor((100 * looked) / Math.max(1, total))}
          size="small"
          aria-label={text("admin.export.progress")}
        />
      )}
      <span>
        {text(state === "running" ? "admin.export.state.running" : "admin.export.state.done", { exported, total })}
        {refused > 0 && (
          <strong className="admin-export-refused">{text("admin.export.refused", { count: refused })}</strong>
        )}
      </span>
    </div>
  );
}
