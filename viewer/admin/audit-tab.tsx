import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Select, Table } from "antd";
import { useState } from "react";
import { AUDIT_ACTIONS, type AuditAction, REFUSED_REQUEST } from "../../core/audit/audit-actions.ts";
import { callApi } from "../api/call-api.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { TabState } from "./tab-state.tsx";

const PAGE = 100;

const KNOWN: ReadonlySet<string> = new Set(AUDIT_ACTIONS);
const isKnown = (action: string): action is AuditAction => KNOWN.has(action);
type Chosen = AuditAction | typeof REFUSED_REQUEST;

/** Who did what, newest first; and whether the line stands in the hash chain already. */
export function AuditTab() {
  const { text } = useText();
  const [action, setAction] = useState<Chosen | "">("");
  const audit = useInfiniteQuery({
    queryKey: ["district", "audit", action],
    queryFn: ({ pageParam, signal }) =>
      callApi(
        "listAuditEvents",
        {
          query: {
            limit: PAGE,
            ...(action === "" ? {} : { action }),
            ...(pageParam === "" ? {} : { before: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ events }) => (events.length < PAGE ? undefined : events.at(-1)?.id),
  });
  // a request that was refused is written as its method and path
  const actionText = (written: string) => text(`audit.${isKnown(written) ? written : REFUSED_REQUEST}`);
  return (
    <>
      <div className="admin-bar">
        <Select
          showSearch={{ optionFilterProp: "label" }}
          style={{ width: 280 }}
          value={action}
          aria-label={text("admin.audit.action")}
          options={[
            { value: "", label: text("admin.audit.all") },
            ...([...AUDIT_ACTIONS, REFUSED_REQUEST] as const).map((value) => ({
              value,
              label: text(`audit.${value}`),
            })),
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
                {
                  title: text("admin.audit.action"),
                  width: 264,
                  render: (_, event) => <span title={event.action}>{actionText(event.action)}</span>,
                },
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
