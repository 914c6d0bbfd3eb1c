import { Button, Form, Input, Select, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText, minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Hold = Answer<"getRetention">["holds"][number];

/** Studies that are kept whatever their class says, who said so and why. */
export function LegalHolds({ holds }: { readonly holds: readonly Hold[] }) {
  const { text, language } = useText();
  const [open, setOpen] = useState<"set" | Hold | null>(null);
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("retention.holds", { count: holds.length })}</h2>
        <Button className="end" onClick={() => setOpen("set")}>
          {text("retention.hold.set")}
        </Button>
      </div>
      {holds.length === 0 ? (
        <p className="admin-dim">{text("retention.holds.none")}</p>
      ) : (
        <Table<Hold>
          className="admin-table"
          rowKey={(row) => row.study.studyInstanceUid}
          dataSource={[...holds]}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: text("retention.patient"),
              render: (_, row) => (
                <>
                  {row.study.patientName} <span className="admin-dim">{row.study.patientId}</span>
                </>
              ),
            },
            { title: text("retention.study"), render: (_, row) => studyText(row) },
            { title: text("retention.site"), render: (_, row) => siteName(row.site, language) },
            { title: text("retention.hold.reason"), render: (_, row) => row.reason },
            { title: text("retention.hold.by"), dataIndex: "setBy", width: 120 },
            { title: text("retention.hold.since"), width: 160, render: (_, row) => minuteText(row.setAt) },
            {
              title: text("admin.actions"),
              width: 104,
              render: (_, row) => (
                <div className="admin-actions">
                  <Button type="link" size="small" onClick={() => setOpen(row)}>
                    {text("retention.hold.lift")}
                  </Button>
                </div>
              ),
            },
          ]}
        />
      )}
      {open === "set" ? <SetHold onClose={() => setOpen(null)} /> : null}
      {open !== null && open !== "set" ? <LiftHold hold={open} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}

/** Which of a patient's studies. */
function studyText({ modalities, studyDate, study }: Hold): string {
  return [modalities.join(" "), study.description, dicomDateTimeText(studyDate)]
    .filter((part) => part !== "")
    .join(" ");
}

interface HoldValues {
  readonly studyInstanceUid: string;
  readonly reason: string;
}

function SetHold({ onClose }: { readonly onClose: () => void }) {
  const { text } = useText();
  const [form] = Form.useForm<HoldValues>();
  const [searched, setSearched] = useState("");
  const found = useDeskQuery(
    "studies",
    "listStudies",
    { query: { q: searched, limit: 20 } },
    { enabled: searched.trim() !== "" },
  );
  const save = useDistrictChange(
    ({ studyInstanceUid, reason }: HoldValues) =>
      callApi("setHold", { params: { studyInstanceUid }, body: { reason } }),
    onClose,
  );
  return (
    <FormDialog<HoldValues>
      title={text("retention.hold.set-title")}
      form={form}
      initialValues={{}}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item
        name="studyInstanceUid"
        label={text("retention.hold.study")}
        rules={[{ required: true, message: text("admin.required") }]}
      >
        <Select
          showSearch={{ filterOption: false, onSearch: setSearched }}
          placeholder={text("retention.hold.search")}
          loading={found.isFetching}
          options={(searched.trim() === "" ? [] : (found.data?.studies ?? [])).map((study) => ({
            value: study.studyInstanceUid,
            label: `${study.patient.name} ${study.patient.patientId} · ${dicomDateTimeText(study.studyDate)} · ${study.modalities.join(" ")} ${study.description} · ${study.accessionNumber}`,
          }))}
        />
      </Form.Item>
      <ReasonField />
    </FormDialog>
  );
}

function LiftHold({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }) {
  const { text } = useText();
  const [form] = Form.useForm<Pick<HoldValues, "reason">>();
  const { studyInstanceUid, patientName } = hold.study;
  const save = useDistrictChange(
    (body: Pick<HoldValues, "reason">) => callApi("liftHold", { params: { studyInstanceUid }, body }),
    onClose,
  );
  return (
    <FormDialog<Pick<HoldValues, "reason">>
      title={text("retention.hold.lift-title", { name: `${patientName} ${studyText(hold)}` })}
      form={form}
      initialValues={{}}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <ReasonField />
    </FormDialog>
  );
}

function ReasonField() {
  const { text } = useText();
  return (
    <Form.Item
      name="reason"
      label={text("retention.hold.reason")}
      extra={text("retention.hold.reason.hint")}
      rules={[{ required: true, whitespace: true, message: text("admin.required") }]}
    >
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
    </Form.Item>
  );
}
