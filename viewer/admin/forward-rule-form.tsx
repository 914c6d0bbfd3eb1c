import { Form, Select } from "antd";
import type { Answer, Body } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { FormDialog } from "./form-dialog.tsx";
import { ModalityField, SiteField } from "./rule-fields.tsx";
import { useDistrictChange } from "./use-district-change.ts";

interface ForwardRuleFormProps {
  /** Null: a new one. */
  readonly rule: Answer<"listForwardRules">["rules"][number] | null;
  readonly onClose: () => void;
}

type Values = Body<"createForwardRule">;

export function ForwardRuleForm({ rule, onClose }: ForwardRuleFormProps) {
  const { text } = useText();
  const [form] = Form.useForm<Values>();
  const sites = useDeskQuery("district", "listSites", {});
  const devices = useDeskQuery("district", "listApplicationEntities", {});
  const siteId = Form.useWatch("siteId", form) ?? rule?.siteId;
  const known = devices.data?.applicationEntities ?? [];
  const centres =
    sites.data?.sites.find(({ id }) => id === siteId)?.routes.map(({ centreSiteId }) => centreSiteId) ?? [];
  const targets = known.filter(
    (device) => device.host !== null && device.port !== null && [siteId, ...centres].includes(device.siteId),
  );
  const save = useDistrictChange(
    (body: Values) =>
      rule === null
        ? callApi("createForwardRule", { body })
        : callApi("changeForwardRule", { params: { ruleId: rule.id }, body }),
    onClose,
  );
  const required = { required: true, message: text("admin.required") };
  return (
    <FormDialog<Values>
      title={text(rule === null ? "rule.forward.add" : "rule.forward.edit")}
      form={form}
      initialValues={
        rule === null
          ? { source: "", modality: "*" }
          : { siteId: rule.siteId, source: rule.source, modality: rule.modality, destination: rule.destination }
      }
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <SiteField
        onChange={() => {
          form.setFieldValue("source", "");
          form.setFieldValue("destination", undefined);
        }}
      />
      <Form.Item name="source" label={text("rule.source")}>
        <Select
          options={[
            { value: "", label: text("rule.source.any") },
            ...known.filter((device) => device.siteId === siteId).map(({ title }) => ({ value: title, label: title })),
          ]}
        />
      </Form.Item>
      <ModalityField />
      <Form.Item
        name="destination"
        label={text("rule.destination")}
        rules={[required]}
        extra={siteId !== undefined && targets.length === 0 ? text("rule.destination.none") : undefined}
      >
        <Select
          options={targets.map(({ title }) => ({ value: title, label: title }))}
          disabled={siteId === undefined}
        />
      </Form.Item>
    </FormDialog>
  );
}
