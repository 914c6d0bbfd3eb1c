import { Alert, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { TabState } from "../admin/tab-state.tsx";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { ChangeDifference } from "./change-difference.tsx";
import { changeKindKey } from "./change-kind-key.ts";
import "./patient.css";
import { PersonLine } from "./person-line.tsx";
import { UndoButton } from "./undo-button.tsx";
import { usePatientChanges } from "./use-patient-change.ts";

type Change = Answer<"listPatientChanges">["changes"][number];

const PAGE = 50;

/** What was done, newest first, with what it changed; each can be undone in one step. */
export function ChangesView() {
  const { text, language } = useText();
  const [page, setPage] = useState(1);
  const changes = useDeskQuery("district", "listPatientChanges", { query: { limit: PAGE, offset: (page - 1) * PAGE } });
  const { undo } = usePatientChanges();
  return (
    <TabState query={changes}>
      {({ changes: rows, total }) => (
        <>
          <div className="identity-bar">{text("identity.changes.count", { count: total })}</div>
          {undo.error !== null && <Alert type="error" showIcon title={problemText(undo.error, text)} />}
          <Table<Change>
            className="admin-table"
            rowKey="id"
            dataSource={rows}
            pagination={
              total > PAGE && { current: page, pageSize: PAGE, total, onChange: setPage, showSizeChanger: false }
            }
            expandable={{ expandedRowRender: ({ difference }) => <ChangeDifference difference={difference} /> }}
            locale={{
              emptyText: (
                <EmptyState title={text("identity.changes.empty")} hint={text("identity.changes.empty.hint")} />
              ),
            }}
            columns={[
              { title: text("identity.changes.at"), width: 152, render: (_, { at }) => minuteText(at) },
              {
                title: text("identity.changes.what"),
                width: 144,
                render: (_, change) => <b>{text(changeKindKey(change))}</b>,
              },
              {
                title: text("identity.patient"),
                render: (_, { kind, patient, other }) => (
                  <span className="identity-who">
                    <PersonLine person={patient} />
                    {other !== null && (
                      <>
                        {kind === "link" ? " ↔ " : " → "}
                        <PersonLine person={other} />
                      </>
                    )}
                  </span>
                ),
              },
              {
                title: text("identity.site"),
                width: 200,
                render: (_, { kind, site, other }) =>
                  kind === "link" && other !== null
                    ? `${siteName(site, language)} ↔ ${siteName(other.site, language)}`
                    : siteName(site, language),
              },
              { title: text("identity.reason"), dataIndex: "reason" },
              { title: text("identity.changes.by"), width: 120, dataIndex: "by" },
              {
                title: text("admin.actions"),
                width: 200,
                render: (_, { id, undoneAt, undoneBy }) =>
                  undoneAt === null ? (
                    <UndoButton onUndo={() => undo.mutateAsync(id)} />
                  ) : (
                    <span className="identity-dim">
                      {text("identity.undone", { time: minuteText(undoneAt), by: undoneBy ?? "" })}
                    </span>
                  ),
              },
            ]}
          />
        </>
      )}
    </TabState>
  );
}
