import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, AutoComplete, DatePicker, Form, Input, Modal, Radio, Select, TimePicker } from "antd";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import type { Answer, BodyGiven } from "../../../core/api/payloads.ts";
import { URGENCIES } from "../../../core/order/due-time.ts";
import { callApi } from "../../api/call-api.ts";
import { problemText } from "../../api/problem-text.ts";
import { useDeskQuery } from "../../desk/use-desk-query.ts";
import { useText } from "../../i18n/use-text.ts";
import { siteName } from "../../reading/site-name.ts";
import { useSignedIn } from "../../shell/use-session.ts";
import styles from "../technician.module.css";
import { type OrderValues, orderBody, orderValues } from "./order-values.ts";

interface OrderFormProps {
  /** Null: a new one. */
  readonly order: Answer<"listOrders">["orders"][number] | null;
  /** Offered while one types: what others of the list are for. */
  readonly procedures: readonly string[];
  readonly onClose: () => void;
}

const MODALITIES = ["CT", "MR", "DX", "CR", "MG", "US", "ECG", "NM", "PT", "XA", "OT"];
const SEXES = ["F", "M", "O", ""] as const;
const DAY = "YYYY-MM-DD";

/** Whom, what, where, when and why: what the scanner is told. */
export function OrderForm({ order, procedures, onClose }: OrderFormProps) {
  const { text, language } = useText();
  const { message } = App.useApp();
  const client = useQueryClient();
  const session = useSignedIn();
  const [form] = Form.useForm<OrderValues>();
  const sites = session.roles.flatMap(({ role, site }) => (role === "technician" && site !== null ? [site] : []));
  const stations = useDeskQuery("orders", "listStations", {});
  const siteId = Form.useWatch("siteId", form) ?? order?.siteId ?? sites[0]?.id;
  const save = useMutation({
    mutationFn: (values: OrderValues) => {
      const body: BodyGiven<"placeOrder"> = orderBody(values);
      if (order === null) return callApi("placeOrder", { body });
      const { siteId: _, ...changed } = body;
      return callApi("changeOrder", { params: { orderId: order.id }, body: changed });
    },
    onSuccess: async ({ accessionNumber }) => {
      await client.invalidateQueries({ queryKey: ["orders"] });
      void message.success(
        order === null ? text("order.placed-now", { accession: accessionNumber }) : text("order.changed-now"),
      );
      onClose();
    },
  });
  const required = { required: true, whitespace: true, message: text("order.form.required") };
  const chosen = { required: true, message: text("order.form.required") };
  const modalities =
    order === null || MODALITIES.includes(order.modality) ? MODALITIES : [order.modality, ...MODALITIES];
  return (
    <Modal
      open
      centered
      width={760}
      title={text(order === null ? "order.form.add" : "order.form.change")}
      okText={text(order === null ? "order.form.place" : "common.save")}
      cancelText={text("common.cancel")}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<OrderValues>
        className={styles["order-form"] ?? ""}
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={orderValues(order, sites[0]?.id ?? "", dayjs())}
        onFinish={save.mutate}
      >
        <Form.Item name="siteId" label={text("order.form.site")} className={styles.half ?? ""} rules={[chosen]}>
          <Select
            disabled={order !== null || sites.length < 2}
            options={(order === null ? sites : [order.site]).map((site) => ({
              value: site.id,
              label: siteName(site, language),
            }))}
          />
        </Form.Item>
        <Form.Item
          name="patientId"
          label={text("order.form.patient-id")}
          className={styles.half ?? ""}
          rules={[required]}
        >
          <Input maxLength={64} autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item
          name="name"
          label={text("order.form.name")}
          className={styles.half ?? ""}
          dependencies={["latin"]}
          rules={[
            ({ getFieldValue }) => ({
              validator: async (_, name: string) => {
                if (name.trim() === "" && String(getFieldValue("latin")).trim() === "")
                  throw new Error(text("order.form.name.least"));
              },
            }),
          ]}
        >
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="latin"
          label={text("order.form.latin")}
          className={styles.half ?? ""}
          tooltip={text("order.form.latin.hint")}
          rules={[{ pattern: /^[\x20-\x5b\x5d-\x7e]{0,64}$/, message: text("order.form.latin.bad") }]}
        >
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="sex" label={text("order.form.sex")} className={styles.half ?? ""}>
          <Radio.Group
            options={SEXES.map((sex) => ({
              value: sex,
              label: text(sex === "" ? "order.form.sex-unknown" : `sex.${sex}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="born" label={text("order.form.born")} className={styles.half ?? ""}>
          <DatePicker format={[DAY, "YYYYMMDD"]} maxDate={dayjs()} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="modality" label={text("order.form.modality")} className={styles.third ?? ""} rules={[chosen]}>
          <Select showSearch options={modalities.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item
          name="description"
          label={text("order.form.procedure")}
          className={styles["two-thirds"] ?? ""}
          rules={[required]}
        >
          <AutoComplete
            placeholder={text("order.form.procedure.hint")}
            options={procedures.map((value) => ({ value }))}
            showSearch={{ filterOption: true }}
            maxLength={64}
          />
        </Form.Item>
        <Form.Item name="station" label={text("order.form.station")} className={styles.third ?? ""}>
          <Select
            options={[
              { value: "", label: text("order.station.any") },
              ...(stations.data?.stations ?? [])
                .filter((station) => station.siteId === siteId)
                .map(({ title }) => ({ value: title, label: title })),
            ]}
          />
        </Form.Item>
        <Form.Item name="date" label={text("order.form.date")} className={styles.third ?? ""} rules={[chosen]}>
          <DatePicker allowClear={false} format={[DAY, "YYYYMMDD"]} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="time" label={text("order.form.time")} className={styles.third ?? ""} rules={[chosen]}>
          <TimePicker allowClear={false} needConfirm={false} format="HH:mm" minuteStep={5} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item
          name="accession"
          label={text("order.form.accession")}
          className={styles.half ?? ""}
          rules={[{ pattern: /^[\x21-\x5b\x5d-\x7e]{0,16}$/, message: text("order.form.accession.bad") }]}
        >
          <Input maxLength={16} autoComplete="off" placeholder={text("order.form.accession.hint")} />
        </Form.Item>
        <Form.Item name="urgency" label={text("order.form.urgency")} className={styles.half ?? ""}>
          <Radio.Group options={URGENCIES.map((urgency) => ({ value: urgency, label: text(`urgency.${urgency}`) }))} />
        </Form.Item>
        <Form.Item name="question" label={text("order.form.question")}>
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={1000} />
        </Form.Item>
        <Form.Item name="history" label={text("order.form.history")}>
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={4000} />
        </Form.Item>
      </Form>
      <p className={styles.note}>{text(order === null ? "order.form.note" : "order.form.note-change")}</p>
      {save.error === null ? null : <Alert type="error" showIcon title={problemText(save.error, text)} />}
    </Modal>
  );
}
