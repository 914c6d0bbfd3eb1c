import { Modal } from "antd";
import { useCallback, useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { ChangeConfirm } from "./change-confirm.tsx";
import { type CorrectedFields, IdentityForm } from "./identity-form.tsx";
import "./patient.css";

interface CorrectPatientDialogProps {
  readonly patient: Answer<"getPatient">["patient"];
  readonly onClose: () => void;
}

/** What is written wrongly of a patient, in all her studies. */
export function CorrectPatientDialog({ patient, onClose }: CorrectPatientDialogProps) {
  const { text } = useText();
  const [fields, setFields] = useState<CorrectedFields | null>(null);
  const note = useCallback((next: CorrectedFields | null) => setFields(next), []);
  return (
    <Modal
      open
      width={720}
      style={{ top: 32 }}
      title={text("identity.dialog.patient", { name: patient.name || patient.patientId })}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
    >
      <div className="identity-dialog">
        <IdentityForm patient={patient} onChange={note} />
        <ChangeConfirm
          change={fields && { kind: "correct", patientKey: patient.patientKey, fields }}
          onClose={onClose}
        />
      </div>
    </Modal>
  );
}
