import { Button, Select, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { TabState } from "../admin/tab-state.tsx";
import { EmptyState } from "../desk/empty-state.tsx";
import { SearchField } from "../desk/search-field.tsx";
import { sexText } from "../desk/sex-text.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { CorrectPatientDialog } from "./correct-patient-dialog.tsx";
import "./patient.css";
import { PatientStudies } from "./patient-studies.tsx";
import { TwoPatientsDialog } from "./two-patients-dialog.tsx";

type Patient = Answer<"listPatients">["patients"][number];

const SHOWN = 50;

/** Everybody, by name, pinyin or ID: one to correct, two to merge or to link. */
export function PatientsView() {
  const { text, language } = useText();
  const [q, setQ] = useState("");
  const [siteId, setSiteId] = useState("");
  const [chosen, setChosen] = useState<readonly Patient[]>([]);
  const [corrected, setCorrected] = useState<Patient | null>(null);
  const [joining, setJoining] = useState(false);
  const found = useDeskQuery("district", "listPatients", { query: { q, siteId, limit: SHOWN } });
  const sites = useDeskQuery("district", "listSites", {});
  const [one, two] = chosen;
  const kind = one !== undefined && two !== undefined && one.site.id !== two.site.id ? "link" : "merge";
  const close = () => {
    setJoining(false);
    setChosen([]);
  };
  return (
    <>
      <div className="identity-bar">
        <SearchField value={q} placeholder={text("identity.search")} onSearch={setQ} />
        <Select
          value={siteId}
          style={{ minWidth: 200 }}
          aria-label={text("identity.site")}
          options={[
            { value: "", label: text("identity.all-sites") },
            ...(sites.data?.sites ?? []).map((site) => ({ value: site.id, label: siteName(site, language) })),
          ]}
          onChange={setSiteId}
        />
        <span>
          {found.data?.hasMore === true
            ? text("identity.patients.more", { count: SHOWN })
            : text("identity.patients.count", { count: found.data?.patients.length ?? "…" })}
        </span>
        <span className="end">
          {chosen.length !== 2 && <span>{text("identity.choose-two")}</span>}
          <Button type="primary" disabled={chosen.length !== 2} onClick={() => setJoining(true)}>
            {text(`identity.${kind}`)}
          </Button>
        </span>
      </div>
      <TabState query={found}>
        {({ patients }) => (
          <Table<Patient>
            className="admin-table"
            rowKey="patientKey"
            pagination={false}
            dataSource={patients}
            rowSelection={{
              preserveSelectedRowKeys: true,
              hideSelectAll: true,
              selectedRowKeys: chosen.map(({ patientKey }) => patientKey),
              onChange: (_, rows) => setChosen(rows.slice(-2)),
            }}
            expandable={{ expandedRowRender: (patient) => <PatientStudies patient={patient} /> }}
            locale={{
              emptyText: (
                <EmptyState title={text("identity.patients.empty")} hint={text("identity.patients.empty.hint")} />
              ),
            }}
            columns={[
              {
                title: text("identity.patient"),
                render: (_, patient) => (
                  <span className="identity-who">
                    <b>{patient.name || text("patient.no-name")}</b> <small>{patient.nameLatin}</small>
                  </span>
                ),
              },
              { title: text("identity.form.sex"), width: 96, render: (_, { sex }) => sexText(sex, text) },
              {
                title: text("identity.form.birth-date"),
                width: 120,
                render: (_, { birthDate }) => dicomDateTimeText(birthDate),
              },
              { title: text("identity.form.patient-id"), width: 152, dataIndex: "patientId" },
              { title: text("identity.site"), width: 224, render: (_, { site }) => siteName(site, language) },
              { title: text("identity.studies"), width: 80, align: "right", dataIndex: "studyCount" },
              {
                title: text("identity.last-study"),
                width: 120,
                render: (_, { lastStudyDate }) => dicomDateTimeText(lastStudyDate) || "—",
              },
              {
                title: text("identity.linked"),
                width: 144,
                render: (_, { linked }) =>
                  linked.length === 0
                    ? "—"
                    : linked
                        .map((other) =>
                          text("identity.linked-value", { site: siteName(other.site, language), id: other.patientId }),
                        )
                        .join(", "),
              },
              {
                title: text("admin.actions"),
                width: 104,
                render: (_, patient) => (
                  <Button type="link" size="small" onClick={() => setCorrected(patient)}>
                    {text("identity.correct")}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </TabState>
      {corrected !== null && <CorrectPatientDialog patient={corrected} onClose={() => setCorrected(null)} />}
      {joining && one !== undefined && two !== undefined && (
        <TwoPatientsDialog kind={kind} patients={[one, two]} onClose={close} />
      )}
    </>
  );
}
