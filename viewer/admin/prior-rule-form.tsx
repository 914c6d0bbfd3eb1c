import { Form, Input, InputNumber, Select } from "antd";
import type { Answer, Body } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { FormDialog } from "./form-dialog.tsx";
import { ModalityField, SiteField } from "./rule-fields.tsx";
import { useDistrictChange } from "./use-district-change.ts";

interface PriorRuleFormProps {
  /** Null: a new one. */
  readonly rule: Answer<"listPriorRules">["rules"][number] | null;
  readonly onClose: () => void;
}

type Values = Body<"createPriorRule">;

export function PriorRuleForm({ rule, onClose }: PriorRuleFormProps) {
  const { text } = useText();
  const [form] = Form.useForm<Values>();
  const devices = useDeskQuery("district", "listApplicationEntities", {});
  const siteId = Form.useWatch("siteId", form) ?? rule?.siteId;
  const sources = (devices.data?.applicationEntities ?? []).filter(
    (device) => device.siteId === siteId && device.host !== null && device.port !== null,
  );
  const save = useDistrictChange((values: Values) => {
    const body = { ...values, issuer: values.issuer ?? "", years: values.years ?? null };
    return rule === null
      ? callApi("createPriorRule", { body })
      : callApi("changePriorRule", { params: { ruleId: rule.id }, body });
  }, onClose);
  const required = { required: true, message: text("admin.required") };
  return (
    <FormDialog<Values>
      title={text(rule === null ? "rule.prior.add" : "rule.prior.edit")}
      form={form}
      initialValues={rule ?? { modality: "*", issuer: "", years: 5, mostStudies: 10 }}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <SiteField onChange={() => form.setFieldValue("source", undefined)} />
      <Form.Item
        name="source"
        label={text("rule.pacs")}
        extra={text(siteId !== undefined && sources.length === 0 ? "rule.destination.none" : "rule.pacs.hint")}
        rules={[required]}
      >
        <Select
          options={sources.map(({ title }) => ({ value: title, label: title }))}
          disabled={siteId === undefined}
        />
      </Form.Item>
      <ModalityField />
      <div className="admin-pair">
        <Form.Item name="mostStudies" label={text("rule.most.field")} rules={[required]}>
          <InputNumber min={1} max={100} precision={0} />
        </Form.Item>
        <Form.Item name="years" label={text("rule.years.field")}>
          <InputNumber min={1} max={100} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="issuer" label={text("rule.issuer.field")}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
    </FormDialog>
  );
}
