import { Alert, Button, Modal } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { ChangeConfirm } from "./change-confirm.tsx";
import "./patient.css";
import { personText } from "./person-text.ts";

type Patient = Answer<"getPatient">["patient"];

interface TwoPatientsDialogProps {
  readonly kind: "merge" | "link";
  readonly patients: readonly [Patient, Patient];
  readonly onClose: () => void;
}

/** Two IDs of one person: of one centre they become one, of two centres they are linked. */
export function TwoPatientsDialog({ kind, patients, onClose }: TwoPatientsDialogProps) {
  const { text, language } = useText();
  // whoever has more studies stays, unless told otherwise
  const [isSwapped, setIsSwapped] = useState(patients[0].studyCount > patients[1].studyCount);
  const [from, into] = isSwapped ? [patients[1], patients[0]] : patients;
  const row = (label: string, patient: Patient) => (
    <>
      <dt>{label}</dt>
      <dd>
        {personText(patient, text)}{" "}
        <span className="identity-dim">
          {siteName(patient.site, language)} · {text("identity.study-count", { count: patient.studyCount })}
        </span>
      </dd>
    </>
  );
  return (
    <Modal
      open
      width={720}
      style={{ top: 32 }}
      title={text(`identity.dialog.${kind}`)}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
    >
      <div className="identity-dialog">
        <dl className="identity-now">
          {row(kind === "merge" ? text("identity.merge.from") : text("identity.patient"), from)}
          {row(kind === "merge" ? text("identity.merge.into") : text("identity.patient"), into)}
        </dl>
        {differ(from.sex, into.sex) || differ(from.birthDate, into.birthDate) ? (
          <Alert type="warning" showIcon title={text("identity.two-differ")} />
        ) : null}
        {kind === "merge" ? (
          <Button size="small" className="identity-swap" onClick={() => setIsSwapped(!isSwapped)}>
            {text("identity.merge.swap")}
          </Button>
        ) : (
          <p className="identity-dim">{text("identity.link.note")}</p>
        )}
        <ChangeConfirm
          change={
            kind === "merge"
              ? { kind, patientKey: from.patientKey, intoKey: into.patientKey }
              : { kind, patientKey: from.patientKey, withKey: into.patientKey }
          }
          onClose={onClose}
        />
      </div>
    </Modal>
  );
}

/** What one of them does not say is no difference. */
function differ(one: string, other: string): boolean {
  return one !== "" && other !== "" && one !== other;
}
