import { Button, Table } from "antd";
import { useState } from "react";
import { TabState } from "../admin/tab-state.tsx";
import { EmptyState } from "../desk/empty-state.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import "./patient.css";
import { PersonLine } from "./person-line.tsx";
import { StudyIdentityDialog } from "./study-identity-dialog.tsx";

const PAGE = 50;

/** Studies whose images disagree about who the patient is. */
export function ConflictsView() {
  const { text, language } = useText();
  const [page, setPage] = useState(1);
  const [settled, setSettled] = useState<string | null>(null);
  const conflicts = useDeskQuery("studies", "listIdentityConflicts", {
    query: { limit: PAGE, offset: (page - 1) * PAGE },
  });
  return (
    <TabState query={conflicts}>
      {({ conflicts: rows, total }) => (
        <>
          <div className="identity-bar">{text("identity.conflict.count", { count: total })}</div>
          <Table
            className="admin-table"
            rowKey={({ study }) => study.studyInstanceUid}
            dataSource={rows}
            pagination={
              total > PAGE && { current: page, pageSize: PAGE, total, onChange: setPage, showSizeChanger: false }
            }
            locale={{
              emptyText: (
                <EmptyState title={text("identity.conflict.empty")} hint={text("identity.conflict.empty.hint")} />
              ),
            }}
            columns={[
              {
                title: text("identity.conflict.filed"),
                render: (_, { filedUnder }) => <PersonLine person={filedUnder} />,
              },
              {
                title: text("identity.conflict.with"),
                render: (_, { conflictWith }) =>
                  conflictWith === null ? (
                    <span className="identity-dim">{text("identity.conflict.unknown")}</span>
                  ) : (
                    <strong>
                      <PersonLine person={conflictWith} />
                    </strong>
                  ),
              },
              {
                title: text("identity.study"),
                render: (_, { study }) => (
                  <span className="identity-who">
                    {study.modalities.join("/")} {study.description}{" "}
                    <small>{dicomDateTimeText(study.studyDate, study.studyTime)}</small>
                  </span>
                ),
              },
              { title: text("identity.site"), width: 200, render: (_, { study }) => siteName(study.site, language) },
              {
                title: text("admin.actions"),
                width: 112,
                render: (_, { study }) => (
                  <Button type="link" size="small" onClick={() => setSettled(study.studyInstanceUid)}>
                    {text("identity.settle")}
                  </Button>
                ),
              },
            ]}
          />
          {settled !== null && <StudyIdentityDialog studyInstanceUid={settled} onClose={() => setSettled(null)} />}
        </>
      )}
    </TabState>
  );
}
