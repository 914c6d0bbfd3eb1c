import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Select, Table } from "antd";
import { useState } from "react";
import { callApi } from "../api/call-api.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { TabState } from "./tab-state.tsx";

const PAGE = 100;

/** What is written into the audit, as the hub names it: the names are the record's own and are not translated. */
const ACTIONS = [
  "session.open",
  "association.open",
  "instance.store",
  "study.receive",
  "study.store",
  "study.view",
  "study.export",
  "study.export-deidentified",
  "export.download",
  "export.retry",
  "study.query",
  "study.retrieve",
  "task.request",
  "task.change-request",
  "task.route",
  "task.claim",
  "task.release",
  "task.withdraw",
  "task.submit",
  "task.recall",
  "task.return",
  "task.countersign",
  "task.deliver",
  "task.acknowledge",
  "report.view",
  "report.download",
  "patient.preview",
  "patient.merge",
  "patient.link",
  "patient.move",
  "patient.correct",
  "patient.undo-merge",
  "patient.undo-link",
  "patient.undo-move",
  "patient.undo-correct",
  "account.create",
  "account.change",
  "site.change",
  "application-entity.save",
  "application-entity.delete",
  "key.create",
] as const;

/** Who did what, newest first; and whether the line stands in the hash chain already. */
export function AuditTab() {
  const { text } = useText();
  const [action, setAction] = useState("");
  const audit = useInfiniteQuery({
    queryKey: ["district", "audit", action],
    queryFn: ({ pageParam, signal }) =>
      callApi(
        "listAuditEvents",
        { query: { limit: PAGE, action, ...(pageParam === "" ? {} : { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ events }) => (events.length < PAGE ? undefined : events.at(-1)?.id),
  });
  return (
    <>
      <div className="admin-bar">
        <Select
          showSearch
          style={{ width: 240 }}
          value={action}
          aria-label={text("admin.audit.action")}
          options={[
            { value: "", label: text("admin.audit.all") },
            ...ACTIONS.map((value) => ({ value, label: value })),
          ]}
          onChange={setAction}
        />
        <span>{text("admin.audit.note")}</span>
        <Button className="end" loading={audit.isRefetching} onClick={() => void audit.refetch()}>
          {text("admin.audit.refresh")}
        </Button>
      </div>
      <TabState query={audit}>
        {({ pages }) => (
          <>
            <Table
              className="admin-table"
              rowKey="id"
              pagination={false}
              dataSource={pages.flatMap((page) => page.events)}
              locale={{
                emptyText: <EmptyState title={text("admin.audit.empty")} hint={text("admin.audit.empty.hint")} />,
              }}
              columns={[
                { title: text("admin.audit.at"), width: 176, render: (_, event) => secondText(event.at, 0) },
                { title: text("admin.audit.actor"), dataIndex: "actor", width: 168 },
                { title: text("admin.audit.action"), dataIndex: "action", width: 200 },
                {
                  title: text("admin.audit.outcome"),
                  width: 96,
                  render: (_, { outcome }) =>
                    outcome === "refused" ? (
                      <strong className="admin-refused">{text("admin.audit.refused")}</strong>
                    ) : (
                      text("admin.audit.done")
                    ),
                },
                {
                  title: text("admin.audit.thing"),
                  render: (_, { studyInstanceUid, taskId }) => (
                    <span className="admin-uid admin-dim">{studyInstanceUid ?? taskId ?? "—"}</span>
                  ),
                },
                {
                  title: text("admin.audit.seal"),
                  width: 96,
                  render: (_, { sealed }) => (
                    <span className="admin-dim">{text(sealed ? "admin.audit.sealed" : "admin.audit.not-sealed")}</span>
                  ),
                },
              ]}
            />
            {audit.hasNextPage && (
              <Button block type="text" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                {text("admin.audit.older")}
              </Button>
            )}
          </>
        )}
      </TabState>
    </>
  );
}
