import { Form, InputNumber } from "antd";
import type { Answer, Body } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

interface DestinationFormProps {
  readonly of: Answer<"listDestinations">["destinations"][number];
  readonly onClose: () => void;
}

type Values = Body<"changeDestination">;

/** How hard it is leant on. Where it is stands with the devices. */
export function DestinationForm({ of: { title, maxOutgoing }, onClose }: DestinationFormProps) {
  const { text } = useText();
  const [form] = Form.useForm<Values>();
  const save = useDistrictChange((body: Values) => callApi("changeDestination", { params: { title }, body }), onClose);
  return (
    <FormDialog<Values>
      title={text("destination.edit.title", { title })}
      form={form}
      initialValues={{ maxOutgoing }}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item
        name="maxOutgoing"
        label={text("destination.limit")}
        extra={text("destination.limit.hint")}
        rules={[{ required: true, message: text("admin.required") }]}
      >
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
