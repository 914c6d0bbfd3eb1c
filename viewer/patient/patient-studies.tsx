import { Button } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { problemText } from "../api/problem-text.ts";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { StudyIdentityDialog } from "./study-identity-dialog.tsx";

/** The studies of one patient, each of which may be another's. */
export function PatientStudies({ patient }: { readonly patient: Answer<"getPatient">["patient"] }) {
  const { text } = useText();
  const [opened, setOpened] = useState<string | null>(null);
  const { patientKey } = patient;
  const detail = useDeskQuery("district", "getPatient", { params: { patientKey } }, { keepPrevious: false });
  if (detail.error !== null) return <p role="alert">{problemText(detail.error, text)}</p>;
  if (detail.data === undefined) return <SkeletonList rows={2} />;
  return (
    <div className="identity-studies">
      <ul aria-label={text("identity.of-patient", { name: patient.name })}>
        {detail.data.studies.map((study) => (
          <li key={study.studyInstanceUid}>
            <span>{dicomDateTimeText(study.studyDate)}</span>
            <b>{study.modalities.join("/")}</b>
            <span>{study.description}</span>
            <Button type="link" size="small" onClick={() => setOpened(study.studyInstanceUid)}>
              {text("identity.correct-study")}
            </Button>
          </li>
        ))}
      </ul>
      {opened !== null && <StudyIdentityDialog studyInstanceUid={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
