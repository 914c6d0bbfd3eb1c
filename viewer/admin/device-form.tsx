import { Form, Input, InputNumber, Select } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

interface DeviceFormProps {
  /** Null: a new one. */
  readonly device: Answer<"listApplicationEntities">["applicationEntities"][number] | null;
  readonly taken: readonly string[];
  readonly sites: Answer<"listSites">["sites"];
  readonly onClose: () => void;
}

interface DeviceValues {
  readonly title: string;
  readonly siteId: string;
  readonly host?: string | null;
  readonly port?: number | null;
}

/** PS3.5 §6.2 AE: 1–16 characters, no backslash, no space at the ends. */
const AE_TITLE = /^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/;

export function DeviceForm({ device, taken, sites, onClose }: DeviceFormProps) {
  const { text, language } = useText();
  const [form] = Form.useForm<DeviceValues>();
  const save = useDistrictChange(
    ({ title, siteId, host, port }: DeviceValues) =>
      callApi("saveApplicationEntity", {
        params: { title },
        body: { siteId, host: host?.trim() || null, port: port ?? null },
      }),
    onClose,
  );
  const required = { required: true, message: text("admin.required") };
  return (
    <FormDialog<DeviceValues>
      title={device === null ? text("admin.device.add") : text("admin.device.edit", { title: device.title })}
      form={form}
      initialValues={device ?? {}}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item
        name="title"
        label={text("admin.device.title")}
        extra={text("admin.device.title.hint")}
        rules={[
          required,
          { pattern: AE_TITLE, message: text("admin.device.title.hint") },
          {
            validator: async (_, title: string) => {
              if (device === null && taken.includes(title)) throw new Error(text("admin.device.title.taken"));
            },
          },
        ]}
      >
        <Input disabled={device !== null} maxLength={16} autoComplete="off" />
      </Form.Item>
      <Form.Item name="siteId" label={text("admin.site")} rules={[required]}>
        <Select options={sites.map((site) => ({ value: site.id, label: siteName(site, language) }))} />
      </Form.Item>
      <Form.Item name="host" label={text("admin.device.host")} extra={text("admin.device.host.hint")}>
        <Input maxLength={255} autoComplete="off" />
      </Form.Item>
      <Form.Item name="port" label={text("admin.device.port")}>
        <InputNumber min={1} max={65_535} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
