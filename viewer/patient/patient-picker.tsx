import { Radio } from "antd";
import { useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { SearchField } from "../desk/search-field.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { personText } from "./person-text.ts";

interface PatientPickerProps {
  /** Of this centre only. */
  readonly siteId: string;
  /** Who is not to be chosen. */
  readonly except: string;
  readonly value: string | null;
  /** What to look for first: the ID that the images name. */
  readonly suggested: string;
  readonly onChange: (patientKey: string | null) => void;
}

const SHOWN = 8;

/** One patient, found by name, pinyin or ID. */
export function PatientPicker({ siteId, except, value, suggested, onChange }: PatientPickerProps) {
  const { text } = useText();
  const [q, setQ] = useState(suggested);
  const found = useDeskQuery("district", "listPatients", { query: { q, siteId, limit: SHOWN + 1 } });
  const patients = (found.data?.patients ?? []).filter(({ patientKey }) => patientKey !== except).slice(0, SHOWN);
  const search = (typed: string) => {
    setQ(typed);
    onChange(null);
  };
  return (
    <div className="identity-picker">
      <SearchField value={q} placeholder={text("identity.search")} onSearch={search} />
      {found.isPending && <SkeletonList rows={3} />}
      {found.error !== null && <p role="alert">{problemText(found.error, text)}</p>}
      {found.data !== undefined && patients.length === 0 && (
        <>
          <p>{text("identity.patients.empty")}</p>
          <p className="identity-dim">{text("identity.patients.new")}</p>
        </>
      )}
      <Radio.Group value={value} onChange={(event) => onChange(String(event.target.value))}>
        {patients.map((patient) => (
          <Radio key={patient.patientKey} value={patient.patientKey}>
            {personText(patient, text)}
            <span className="identity-dim"> {text("identity.study-count", { count: patient.studyCount })}</span>
          </Radio>
        ))}
      </Radio.Group>
    </div>
  );
}
