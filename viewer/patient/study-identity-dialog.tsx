import { Modal, Radio, Segmented } from "antd";
import { useCallback, useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { problemText } from "../api/problem-text.ts";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { ChangeConfirm } from "./change-confirm.tsx";
import { type CorrectedFields, IdentityForm } from "./identity-form.tsx";
import "./patient.css";
import { PatientPicker } from "./patient-picker.tsx";
import { PersonLine } from "./person-line.tsx";
import { StudyChanges } from "./study-changes.tsx";
import type { PatientChangeRequest } from "./use-patient-change.ts";

interface StudyIdentityDialogProps {
  readonly studyInstanceUid: string;
  readonly onClose: () => void;
}

type Way = "move" | "correct" | "merge" | "keep";
type Detail = Answer<"getStudy">;

/** A study that shows the wrong patient, or shows the right one wrongly: what is wrong, then what will change, then done. */
export function StudyIdentityDialog({ studyInstanceUid, onClose }: StudyIdentityDialogProps) {
  const { text } = useText();
  const { data, error } = useDeskQuery(
    "studies",
    "getStudy",
    { params: { studyInstanceUid } },
    { keepPrevious: false },
  );
  const title =
    data && `${data.study.description || data.study.modalities.join("/")} ${dicomDateTimeText(data.study.studyDate)}`;
  return (
    <Modal
      open
      width={720}
      style={{ top: 32 }}
      title={text("identity.dialog.study", { study: title ?? "" })}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
    >
      {data === undefined && error === null && <SkeletonList rows={6} />}
      {data === undefined && error !== null && <p role="alert">{problemText(error, text)}</p>}
      {data !== undefined && <Ways detail={data} onClose={onClose} />}
    </Modal>
  );
}

function Ways({ detail, onClose }: { readonly detail: Detail; readonly onClose: () => void }) {
  const { text } = useText();
  const { study, patientKey, conflictWith } = detail;
  const [way, setWay] = useState<Way>("move");
  const [target, setTarget] = useState<string | null>(null);
  const [scope, setScope] = useState<"study" | "patient">("study");
  const [fields, setFields] = useState<CorrectedFields | null>(null);
  const patient = useDeskQuery("district", "getPatient", { params: { patientKey } });
  const filedUnder = patient.data?.patient;
  const ways: readonly Way[] = study.identityConflict
    ? ["move", "correct", "merge", "keep"]
    : ["move", "correct", "merge"];
  const choose = (next: Way) => {
    setWay(next);
    setTarget(null);
    setFields(null);
  };
  const noteFields = useCallback((next: CorrectedFields | null) => setFields(next), []);
  return (
    <div className="identity-dialog">
      <dl className="identity-now">
        {/* of a conflict, what the study shows may be just what contradicts */}
        <dt>{text(study.identityConflict ? "identity.conflict.filed" : "identity.now")}</dt>
        <dd>
          {study.identityConflict ? (
            filedUnder && <PersonLine person={filedUnder} />
          ) : (
            <PersonLine person={study.patient} />
          )}
        </dd>
        {conflictWith !== null && (
          <>
            <dt>{text("identity.conflict.with")}</dt>
            <dd>
              <PersonLine person={conflictWith} />
            </dd>
          </>
        )}
      </dl>
      {study.identityChange !== null && <StudyChanges studyInstanceUid={study.studyInstanceUid} />}
      <Segmented<Way>
        block
        value={way}
        options={ways.map((value) => ({ value, label: text(`identity.way.${value}`) }))}
        onChange={choose}
      />
      <p className="identity-dim">{text(`identity.way.${way}.hint`)}</p>
      {(way === "move" || way === "merge") && (
        <PatientPicker
          key={way}
          siteId={study.patient.issuer}
          except={patientKey}
          value={target}
          suggested={suggestedFor(detail)}
          onChange={setTarget}
        />
      )}
      {way === "correct" && (
        <>
          <Radio.Group value={scope} onChange={(event) => setScope(event.target.value as "study" | "patient")}>
            <Radio value="study">{text("identity.scope.study")}</Radio>
            <Radio value="patient">{text("identity.scope.patient")}</Radio>
          </Radio.Group>
          {patient.data === undefined ? (
            <SkeletonList rows={4} />
          ) : (
            <IdentityForm patient={patient.data.patient} onChange={noteFields} />
          )}
        </>
      )}
      <ChangeConfirm change={changeOf(way, detail, { target, scope, fields })} onClose={onClose} />
    </div>
  );
}

/** The ID that the images name, or with the same ID the name. */
function suggestedFor({ study, conflictWith }: Detail): string {
  if (conflictWith === null) return "";
  return conflictWith.patientId === study.patient.patientId ? conflictWith.name : conflictWith.patientId;
}

interface Chosen {
  readonly target: string | null;
  readonly scope: "study" | "patient";
  readonly fields: CorrectedFields | null;
}

function changeOf(
  way: Way,
  { study, patientKey }: Detail,
  { target, scope, fields }: Chosen,
): PatientChangeRequest | null {
  const { studyInstanceUid } = study;
  if (way === "keep") return { kind: "correct", studyInstanceUid, fields: {} };
  if (way === "move") return target === null ? null : { kind: "move", studyInstanceUid, toKey: target };
  if (way === "merge") return target === null ? null : { kind: "merge", patientKey, intoKey: target };
  if (fields === null) return null;
  return scope === "study" ? { kind: "correct", studyInstanceUid, fields } : { kind: "correct", patientKey, fields };
}
