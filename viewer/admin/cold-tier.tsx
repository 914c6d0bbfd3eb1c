import { Alert, Button, Form, InputNumber, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { bytesText } from "../desk/bytes-text.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Tiers = Answer<"getRetention">["tiers"];
type Rule = Tiers["sites"][number];

/** How much lies in which store, and after how long each site's studies move. */
export function ColdTier({ tiers }: { readonly tiers: Tiers }) {
  const { text, language } = useText();
  const [edited, setEdited] = useState<Rule | null>(null);
  const figure = ({ instances, bytes }: Tiers["hot"]) =>
    text("retention.tiers.value", { count: instances, bytes: bytesText(bytes) });
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("retention.tiers")}</h2>
        <span>
          {text("retention.tiers.hot")}　{figure(tiers.hot)}
        </span>
        <span>
          {text("retention.tiers.cold")}　{figure(tiers.cold)}
        </span>
      </div>
      {tiers.isColdThere ? null : <Alert type="info" showIcon title={text("retention.tiers.none")} />}
      <Table<Rule>
        className="admin-table"
        rowKey={(row) => row.site.id}
        dataSource={[...tiers.sites]}
        pagination={false}
        columns={[
          { title: text("retention.site"), render: (_, row) => siteName(row.site, language) },
          {
            title: text("retention.tiers.after"),
            render: (_, row) =>
              row.coldAfterDays === null
                ? text("retention.tiers.never")
                : text("retention.tiers.days", { days: row.coldAfterDays }),
          },
          {
            title: text("admin.actions"),
            width: 104,
            render: (_, row) => (
              <div className="admin-actions">
                <Button type="link" size="small" onClick={() => setEdited(row)}>
                  {text("admin.edit")}
                </Button>
              </div>
            ),
          },
        ]}
      />
      {edited === null ? null : <RuleForm rule={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

interface RuleValues {
  readonly coldAfterDays: number | null;
}

function RuleForm({ rule, onClose }: { readonly rule: Rule; readonly onClose: () => void }) {
  const { text, language } = useText();
  const [form] = Form.useForm<RuleValues>();
  const save = useDistrictChange(
    ({ coldAfterDays }: RuleValues) =>
      callApi("changeColdTier", { params: { siteId: rule.site.id }, body: { coldAfterDays: coldAfterDays ?? null } }),
    onClose,
  );
  return (
    <FormDialog<RuleValues>
      title={text("retention.tiers.title", { name: siteName(rule.site, language) })}
      form={form}
      initialValues={{ coldAfterDays: rule.coldAfterDays }}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item name="coldAfterDays" label={text("retention.tiers.field")}>
        <InputNumber min={1} max={36_500} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
