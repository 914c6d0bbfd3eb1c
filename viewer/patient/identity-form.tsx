import { Form, Input, Select } from "antd";
import { useEffect } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { DateField } from "../desk/date-field.tsx";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { nameGroupOf, namePartsOf } from "./name-parts.ts";
import type { PatientChangeRequest } from "./use-patient-change.ts";

type Patient = Answer<"getPatient">["patient"];
export type CorrectedFields = Extract<PatientChangeRequest, { kind: "correct" }>["fields"];

interface IdentityFormProps {
  readonly patient: Patient;
  /** Once typing rests; null while something cannot be so. */
  readonly onChange: (fields: CorrectedFields | null) => void;
}

interface Values {
  readonly family: string;
  readonly given: string;
  readonly familyLatin: string;
  readonly givenLatin: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly patientId: string;
}

const SETTLE_MS = 400;
const SEXES = ["M", "F", "O", ""] as const;
const NO_DELIMITER = /^[^\\^=\p{Cc}]*$/u;

/** How it should be. What is left as it stands is no change. */
export function IdentityForm({ patient, onChange }: IdentityFormProps) {
  const { text } = useText();
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form);
  const [han, latin] = [namePartsOf(patient.ideographic), namePartsOf(patient.alphabetic)];
  const initial: Values = {
    family: han.family,
    given: han.given,
    familyLatin: latin.family,
    givenLatin: latin.given,
    birthDate: dicomDateTimeText(patient.birthDate),
    sex: patient.sex,
    patientId: patient.patientId,
  };
  useEffect(() => {
    if (values === undefined) return;
    const timer = setTimeout(() => onChange(fieldsOf(values, patient)), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [values, patient, onChange]);
  const rules = [{ pattern: NO_DELIMITER, message: text("identity.form.bad") }];
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={initial} className="identity-form">
      <Form.Item name="family" label={text("identity.form.family")} rules={rules}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="given" label={text("identity.form.given")} rules={rules}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="familyLatin" label={text("identity.form.family-latin")} rules={rules}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="givenLatin" label={text("identity.form.given-latin")} rules={rules}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="birthDate" label={text("identity.form.birth-date")} trigger="onChange">
        <BirthDate label={text("identity.form.birth-date")} />
      </Form.Item>
      <Form.Item name="sex" label={text("identity.form.sex")}>
        <Select options={SEXES.map((value) => ({ value, label: text(`sex.${value}`) }))} />
      </Form.Item>
      <Form.Item name="patientId" label={text("identity.form.patient-id")} rules={rules}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
    </Form>
  );
}

function BirthDate({
  label,
  value = "",
  onChange = () => undefined,
}: {
  readonly label: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}) {
  return <DateField label={label} value={/^\d{4}-\d\d-\d\d$/.test(value) ? value : ""} onChange={onChange} />;
}

/** A day, or that it is not known; what else stands in a header is not taken for that. */
const isDate = (value: string) => /^(\d{8})?$/.test(value);

/** All that the form shows: the hub knows what of it is new. Null while a field holds what no name or ID may. */
function fieldsOf(values: Values, patient: Patient): CorrectedFields | null {
  if (
    ![values.family, values.given, values.familyLatin, values.givenLatin, values.patientId].every((one) =>
      NO_DELIMITER.test(one),
    )
  )
    return null;
  const sex = SEXES.find((one) => one === values.sex);
  const patientId = values.patientId.trim();
  const birthDate = values.birthDate.replaceAll("-", "");
  return {
    name: {
      ideographic: nameGroupOf({ ...namePartsOf(patient.ideographic), family: values.family, given: values.given }),
      alphabetic: nameGroupOf({
        ...namePartsOf(patient.alphabetic),
        family: values.familyLatin,
        given: values.givenLatin,
      }),
      phonetic: patient.phonetic,
    },
    ...(isDate(birthDate) && (birthDate !== "" || isDate(patient.birthDate)) && { birthDate }),
    ...(sex !== undefined && { sex }),
    ...(patientId !== "" && { patientId }),
  };
}
