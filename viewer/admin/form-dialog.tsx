import { Alert, Form, type FormInstance, Modal } from "antd";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";

interface FormDialogProps<Values> {
  readonly title: string;
  readonly form: FormInstance<Values>;
  readonly initialValues: Partial<Values>;
  readonly pending: boolean;
  readonly problem: unknown;
  readonly onSave: (values: Values) => void;
  readonly onClose: () => void;
  /** What the button says; "save" unless told. */
  readonly okText?: string;
  readonly children: ReactNode;
}

/** A form over the table it changes; what the hub refused stands in it, beside what was typed. */
export function FormDialog<Values extends object>(props: FormDialogProps<Values>) {
  const { text } = useText();
  return (
    <Modal
      open
      title={props.title}
      okText={props.okText ?? text("common.save")}
      cancelText={text("common.cancel")}
      confirmLoading={props.pending}
      mask={{ closable: false }}
      onOk={() => props.form.submit()}
      onCancel={props.onClose}
    >
      <Form<Values>
        form={props.form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.initialValues}
        onFinish={props.onSave}
      >
        {props.children}
      </Form>
      {props.problem !== null && <Alert type="error" showIcon title={problemText(props.problem, text)} />}
    </Modal>
  );
}
