import { DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDistrictChange } from "./use-district-change.ts";

interface HoldFormProps {
  readonly of: Answer<"listDestinations">["destinations"][number];
  readonly onClose: () => void;
}

interface Values {
  readonly reason: string;
  readonly until?: Dayjs | null;
}

/** Nothing goes there for a while, for a reason that others can read. */
export function HoldForm({ of: { title }, onClose }: HoldFormProps) {
  const { text } = useText();
  const [form] = Form.useForm<Values>();
  const hold = useDistrictChange(
    ({ reason, until }: Values) =>
      callApi("holdDestination", { params: { title }, body: { reason, until: until?.toISOString() ?? null } }),
    onClose,
  );
  return (
    <FormDialog<Values>
      title={text("destination.hold.title", { title })}
      okText={text("destination.hold.do")}
      form={form}
      initialValues={{}}
      pending={hold.isPending}
      problem={hold.error}
      onSave={hold.mutate}
      onClose={onClose}
    >
      <p className="admin-dim">{text("destination.hold.hint")}</p>
      <Form.Item
        name="reason"
        label={text("destination.hold.reason")}
        extra={text("destination.hold.reason.hint")}
        rules={[{ required: true, whitespace: true, message: text("admin.required") }]}
      >
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="until"
        label={text("destination.hold.until")}
        rules={[
          {
            validator: async (_, until: Dayjs | null | undefined) => {
              if (until && until.valueOf() <= Date.now()) throw new Error(text("destination.hold.past"));
            },
          },
        ]}
      >
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: 240 }} />
      </Form.Item>
    </FormDialog>
  );
}
