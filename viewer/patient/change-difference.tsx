import { Table } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { sexText } from "../desk/sex-text.ts";
import { type Text, useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { patientAge } from "../reading/patient-age.ts";
import "./patient.css";

type Difference = Answer<"previewPatientChange">["difference"];
type Field = Difference["fields"][number]["field"];

/** Each field old → new, then what hangs on it: studies, signed reports, who sees which priors. */
export function ChangeDifference({ difference }: { readonly difference: Difference }) {
  const { text } = useText();
  const value = (field: Field, raw: string) => fieldText(field, raw, text) || text("identity.none");
  const { studyCount, signedReports, openTasks, priorsGiven, priorsTaken, conflictsSettled } = difference;
  const { sentAgain = 0, sentAgainTo = [] } = difference;
  const facts = [
    ["study-count", studyCount],
    ["signed", signedReports],
    ["open", openTasks],
    ["priors-given", priorsGiven],
    ["priors-taken", priorsTaken],
    ["settled", conflictsSettled],
  ] as const;
  return (
    <div className="identity-difference">
      {difference.fields.length === 0 ? (
        <p>{text("identity.difference.no-fields")}</p>
      ) : (
        <Table
          size="small"
          pagination={false}
          rowKey={({ field, before, after }) => `${field} ${before} ${after}`}
          dataSource={[...difference.fields]}
          columns={[
            {
              title: text("identity.difference.field"),
              width: 96,
              render: (_, row) => text(`identity.field.${row.field}`),
            },
            {
              title: text("identity.difference.before"),
              render: (_, row) => <del className="identity-before">{value(row.field, row.before)}</del>,
            },
            {
              title: text("identity.difference.after"),
              render: (_, row) => <strong>{value(row.field, row.after)}</strong>,
            },
            {
              title: text("identity.difference.studies"),
              width: 80,
              align: "right",
              render: (_, row) => (row.studies === 0 ? "—" : row.studies),
            },
          ]}
        />
      )}
      <ul>
        {facts.map(([name, count]) =>
          count === 0 ? null : (
            <li key={name} className={name === "signed" ? "identity-signed" : undefined}>
              {text(`identity.difference.${name}`, { count })}
            </li>
          ),
        )}
        {sentAgain === 0 ? null : (
          <li>{text("identity.difference.sent-again", { count: sentAgain, places: sentAgainTo.join(", ") })}</li>
        )}
      </ul>
    </div>
  );
}

function fieldText(field: Field, raw: string, text: Text): string {
  if (field === "sex") return raw === "" ? "" : sexText(raw, text);
  if (field === "birthDate") return dicomDateTimeText(raw);
  if (field !== "age") return raw;
  const age = patientAge(raw, "", "");
  return age === null ? raw : text(`patient.age-${age.unit}`, { value: age.value });
}
