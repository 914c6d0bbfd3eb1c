import { Form, Input, Select } from "antd";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";

/** Whose studies; what was chosen of another site's devices no longer holds. */
export function SiteField({ onChange }: { readonly onChange: () => void }) {
  const { text, language } = useText();
  const sites = useDeskQuery("district", "listSites", {});
  return (
    <Form.Item name="siteId" label={text("rule.site")} rules={[{ required: true, message: text("admin.required") }]}>
      <Select
        options={(sites.data?.sites ?? []).map((site) => ({ value: site.id, label: siteName(site, language) }))}
        onChange={onChange}
      />
    </Form.Item>
  );
}

export function ModalityField() {
  const { text } = useText();
  return (
    <Form.Item
      name="modality"
      label={text("rule.modality")}
      extra={text("rule.modality.hint")}
      rules={[
        { required: true, message: text("admin.required") },
        { pattern: /^([A-Z]{2,8}|\*)$/, message: text("rule.modality.bad") },
      ]}
    >
      <Input maxLength={8} autoComplete="off" style={{ width: 160 }} />
    </Form.Item>
  );
}
