import { Button, Form, Input, InputNumber, Popconfirm, Select, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type RetentionClass = Answer<"getRetention">["classes"][number];

/** The law's least, by kind of record. */
const LEAST_YEARS = { "out-patient": 15, "in-patient": 30 } as const;
const KINDS = ["out-patient", "in-patient"] as const;

/** For how many years each site keeps its studies of a modality. */
export function RetentionClasses({ classes }: { readonly classes: readonly RetentionClass[] }) {
  const { text, language } = useText();
  const [edited, setEdited] = useState<RetentionClass | "new" | null>(null);
  const remove = useDistrictChange(({ site, modality }: RetentionClass) =>
    callApi("deleteRetentionClass", { params: { siteId: site.id, modality } }),
  );
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("retention.classes")}</h2>
        <Button className="end" onClick={() => setEdited("new")}>
          {text("retention.class.add")}
        </Button>
      </div>
      <p className="admin-dim">{text("retention.classes.hint")}</p>
      {classes.length === 0 ? (
        <p className="admin-dim">{text("retention.class.none")}</p>
      ) : (
        <Table<RetentionClass>
          className="admin-table"
          rowKey={(row) => `${row.site.id} ${row.modality}`}
          dataSource={[...classes]}
          pagination={false}
          columns={[
            { title: text("retention.site"), render: (_, row) => siteName(row.site, language) },
            {
              title: text("retention.class.modality"),
              render: (_, row) => (row.modality === "*" ? text("retention.class.other") : row.modality),
            },
            { title: text("retention.class.kind"), render: (_, row) => text(`retention.kind.${row.kind}`) },
            { title: text("retention.class.years"), dataIndex: "years", width: 96, align: "right" },
            {
              title: text("admin.actions"),
              width: 160,
              render: (_, row) => (
                <div className="admin-actions">
                  <Button type="link" size="small" onClick={() => setEdited(row)}>
                    {text("admin.edit")}
                  </Button>
                  <Popconfirm
                    title={text("retention.class.delete-title")}
                    okText={text("retention.class.delete")}
                    cancelText={text("common.cancel")}
                    onConfirm={() => remove.mutate(row)}
                  >
                    <Button type="link" size="small" danger>
                      {text("retention.class.delete")}
                    </Button>
                  </Popconfirm>
                </div>
              ),
            },
          ]}
        />
      )}
      {edited === null ? null : <ClassForm edited={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

interface ClassValues {
  readonly siteId: string;
  readonly modality: string;
  readonly kind: RetentionClass["kind"];
  readonly years: number;
}

function ClassForm({ edited, onClose }: { readonly edited: RetentionClass | null; readonly onClose: () => void }) {
  const { text, language } = useText();
  const [form] = Form.useForm<ClassValues>();
  const sites = useDeskQuery("district", "listSites", {});
  const kind = Form.useWatch("kind", form) ?? edited?.kind ?? "out-patient";
  const save = useDistrictChange(
    ({ siteId, modality, kind: ofKind, years }: ClassValues) =>
      callApi("saveRetentionClass", { params: { siteId, modality }, body: { kind: ofKind, years } }),
    onClose,
  );
  const required = { required: true, message: text("admin.required") };
  return (
    <FormDialog<ClassValues>
      title={text("retention.class.title")}
      form={form}
      initialValues={
        edited === null
          ? { kind: "out-patient", years: LEAST_YEARS["out-patient"] }
          : { siteId: edited.site.id, modality: edited.modality, kind: edited.kind, years: edited.years }
      }
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item name="siteId" label={text("retention.site")} rules={[required]}>
        <Select
          disabled={edited !== null}
          options={(sites.data?.sites ?? []).map((site) => ({ value: site.id, label: siteName(site, language) }))}
        />
      </Form.Item>
      <Form.Item
        name="modality"
        label={text("retention.class.modality")}
        extra={text("retention.class.modality.hint")}
        rules={[required, { pattern: /^([A-Z]{2,8}|\*)$/, message: text("retention.class.modality.bad") }]}
      >
        <Input disabled={edited !== null} maxLength={8} />
      </Form.Item>
      <Form.Item name="kind" label={text("retention.class.kind")} rules={[required]}>
        <Select
          options={KINDS.map((each) => ({ value: each, label: text(`retention.kind.${each}`) }))}
          onChange={(next: RetentionClass["kind"]) =>
            form.setFieldValue("years", Math.max(LEAST_YEARS[next], Number(form.getFieldValue("years") ?? 0)))
          }
        />
      </Form.Item>
      <Form.Item name="years" label={text("retention.class.years")} rules={[required]}>
        <InputNumber min={LEAST_YEARS[kind]} max={200} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
