import { Alert, Checkbox, Form, Input, Modal, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { SearchField } from "../desk/search-field.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { useDistrictChange } from "./use-district-change.ts";

type Study = Answer<"listStudies">["studies"][number];

const OPTIONS = ["modifiedDates", "cleanDescriptors", "patientCharacteristics", "safePrivate"] as const;
const PAGE_SIZE = 8;
const MAX_STUDIES = 500;

interface ExportValues {
  readonly purpose: string;
  readonly pseudonymPrefix: string;
  readonly options: readonly (typeof OPTIONS)[number][];
}

/** Which studies, for what, and what stays in them. What was chosen stays chosen while one searches on. */
export function ExportForm({ onClose }: { readonly onClose: () => void }) {
  const { text } = useText();
  const [form] = Form.useForm<ExportValues>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const ask = useDistrictChange(
    ({ purpose, pseudonymPrefix, options }: ExportValues) =>
      callApi("createExport", {
        body: {
          studyInstanceUids: [...chosen],
          purpose,
          pseudonymPrefix,
          options: {
            modifiedDates: options.includes("modifiedDates"),
            cleanDescriptors: options.includes("cleanDescriptors"),
            patientCharacteristics: options.includes("patientCharacteristics"),
            safePrivate: options.includes("safePrivate"),
          },
        },
      }),
    onClose,
  );
  return (
    <Modal
      open
      centered
      width={960}
      title={text("admin.export.add")}
      okText={text("admin.export.begin", { count: chosen.length })}
      okButtonProps={{ disabled: chosen.length === 0 }}
      cancelText={text("common.cancel")}
      confirmLoading={ask.isPending}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <StudyChoice chosen={chosen} onChoose={setChosen} />
      <Form<ExportValues>
        className="admin-export-form"
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ pseudonymPrefix: "EXP", options: ["modifiedDates", "cleanDescriptors"] }}
        onFinish={ask.mutate}
      >
        <div>
          <Form.Item
            name="purpose"
            label={text("admin.export.purpose")}
            extra={text("admin.export.purpose.hint")}
            rules={[{ required: true, whitespace: true, message: text("admin.required") }]}
          >
            <Input maxLength={500} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="pseudonymPrefix"
            label={text("admin.export.prefix")}
            extra={text("admin.export.prefix.hint")}
            rules={[{ required: true, pattern: /^[A-Z0-9-]{1,16}$/, message: text("admin.export.prefix.hint") }]}
          >
            <Input maxLength={16} autoComplete="off" style={{ width: 200 }} />
          </Form.Item>
        </div>
        <Form.Item name="options" label={text("admin.export.options")}>
          <Checkbox.Group className="admin-export-options">
            {OPTIONS.map((option) => (
              <Checkbox key={option} value={option}>
                {text(`admin.export.option.${option}`)}
                <small>{text(`admin.export.option.${option}.hint`)}</small>
              </Checkbox>
            ))}
          </Checkbox.Group>
        </Form.Item>
      </Form>
      <p className="admin-export-note admin-dim">{text("admin.export.always")}</p>
      {ask.error !== null && <Alert type="error" showIcon title={problemText(ask.error, text)} />}
    </Modal>
  );
}

interface StudyChoiceProps {
  readonly chosen: readonly string[];
  readonly onChoose: (studyInstanceUids: readonly string[]) => void;
}

function StudyChoice({ chosen, onChoose }: StudyChoiceProps) {
  const { text } = useText();
  const [q, setQ] = useState("");
  const [page, setPage] = useState(1);
  const found = useDeskQuery("studies", "listStudies", {
    query: { q, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
  });
  const search = (words: string) => {
    setQ(words);
    setPage(1);
  };
  return (
    <>
      <div className="admin-bar">
        <SearchField value={q} placeholder={text("admin.export.search")} onSearch={search} />
        <span>{text("admin.export.found", { count: found.data?.total ?? 0 })}</span>
        <strong className="end">{text("admin.export.chosen", { count: chosen.length })}</strong>
      </div>
      {found.error !== null && <Alert type="error" showIcon title={problemText(found.error, text)} />}
      <Table<Study>
        className="admin-table"
        size="small"
        rowKey="studyInstanceUid"
        loading={found.isPending}
        dataSource={found.data?.studies ?? []}
        pagination={{
          current: page,
          pageSize: PAGE_SIZE,
          total: found.data?.total ?? 0,
          hideOnSinglePage: true,
          showSizeChanger: false,
          onChange: setPage,
        }}
        scroll={{ y: 200 }}
        locale={{
          emptyText: <EmptyState title={text("admin.export.none")} hint={text("admin.export.none.hint")} />,
        }}
        rowSelection={{
          selectedRowKeys: [...chosen],
          preserveSelectedRowKeys: true,
          onChange: (keys) => onChoose(keys.map(String).slice(0, MAX_STUDIES)),
        }}
        columns={[
          { title: text("admin.export.study.patient"), width: 128, render: (_, { patient }) => patient.name },
          { title: text("admin.export.study.id"), width: 136, render: (_, { patient }) => patient.patientId },
          { title: text("admin.export.study.modality"), width: 88, render: (_, each) => each.modalities.join(" ") },
          { title: text("admin.export.study.description"), dataIndex: "description" },
          {
            title: text("admin.export.study.date"),
            width: 152,
            render: (_, { studyDate, studyTime }) => dicomDateTimeText(studyDate, studyTime),
          },
          { title: text("admin.export.study.instances"), dataIndex: "instanceCount", width: 104, align: "right" },
        ]}
      />
    </>
  );
}
