import { App, Button, Popconfirm, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { bytesText } from "../desk/bytes-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText, minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { useDistrictChange } from "./use-district-change.ts";

type Due = Answer<"getRetention">["due"][number];

interface DueDeletionsProps {
  readonly due: readonly Due[];
  readonly total: number;
  readonly sweeping: number;
}

/** What may be deleted, if the administrator says so. */
export function DueDeletions({ due, total, sweeping }: DueDeletionsProps) {
  const { text, language } = useText();
  const { message } = App.useApp();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const waiting = new Set(due.filter((each) => each.confirmedAt === null).map(({ id }) => id));
  const chosen = picked.filter((id) => waiting.has(id));
  const confirm = useDistrictChange(async (deletionIds: string[]) => {
    const { confirmed } = await callApi("confirmDeletions", { body: { deletionIds } });
    setPicked([]);
    void message.success(text("retention.confirmed-now", { count: confirmed }));
  });
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("retention.due", { count: total })}</h2>
        {due.length < total ? <span>{text("retention.due.shown", { count: due.length })}</span> : null}
        {sweeping > 0 ? <span>{text("retention.sweeping", { count: sweeping })}</span> : null}
        {due.length === 0 ? null : (
          <Popconfirm
            title={text("retention.confirm-title", { count: chosen.length })}
            description={text("retention.confirm-why")}
            okText={text("retention.confirm-do")}
            okButtonProps={{ danger: true }}
            cancelText={text("common.cancel")}
            onConfirm={() => confirm.mutate([...chosen])}
          >
            <Button className="end" danger disabled={chosen.length === 0} loading={confirm.isPending}>
              {chosen.length === 0
                ? text("retention.confirm")
                : text("retention.confirm-count", { count: chosen.length })}
            </Button>
          </Popconfirm>
        )}
      </div>
      <p className="admin-dim">{text("retention.due.hint")}</p>
      {confirm.error === null ? null : (
        <p className="admin-refused" role="alert">
          {problemText(confirm.error, text)}
        </p>
      )}
      {due.length === 0 ? (
        <EmptyState title={text("retention.due.none")} hint={text("retention.due.none.hint")} />
      ) : (
        <Table<Due>
          className="admin-table"
          rowKey="id"
          dataSource={[...due]}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          rowSelection={{
            selectedRowKeys: [...chosen],
            onChange: (keys) => setPicked(keys.map(String)),
            getCheckboxProps: (row) => ({ disabled: row.confirmedAt !== null }),
          }}
          columns={[
            {
              title: text("retention.patient"),
              render: (_, row) => (
                <>
                  {row.study.patientName} <span className="admin-dim">{row.study.patientId}</span>
                </>
              ),
            },
            {
              title: text("retention.study"),
              render: (_, row) => `${row.modalities.join(" ")} ${row.study.description}`,
            },
            { title: text("retention.site"), render: (_, row) => siteName(row.site, language) },
            { title: text("retention.study-date"), width: 120, render: (_, row) => dicomDateTimeText(row.studyDate) },
            {
              title: text("retention.cause"),
              width: 200,
              render: (_, row) =>
                row.cause === "note"
                  ? text("retention.cause.note")
                  : text("retention.cause.class", { date: minuteText(row.keptUntil).slice(0, 10) }),
            },
            {
              title: text("retention.size"),
              width: 160,
              align: "right",
              render: (_, row) => text("retention.size-value", { count: row.instances, bytes: bytesText(row.bytes) }),
            },
            {
              title: text("retention.state"),
              width: 160,
              render: (_, row) => text(row.confirmedAt === null ? "retention.state.waiting" : "retention.confirmed"),
            },
          ]}
        />
      )}
    </section>
  );
}
