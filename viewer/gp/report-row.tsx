import { Link } from "react-router";
import { RelativeTime } from "../desk/relative-time.tsx";
import { useText } from "../i18n/use-text.ts";
import type { HeldRow } from "../reading/hold-rows.ts";
import { PatientLine } from "../reading/patient-line.tsx";
import { siteName } from "../reading/site-name.ts";
import type { ListedReport } from "./group-reports.ts";

interface ReportRowProps {
  readonly row: HeldRow<ListedReport>;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}

/** One report in the inbox: whose, of what, from where, and what it says. */
export function ReportRow({ row, selected, onSelect, onOpen }: ReportRowProps) {
  const { text, language } = useText();
  const { task, study, impression } = row.item;
  const unread = task.acknowledgedAt === null;
  const centre = siteName(task.centre, language);
  return (
    <tr
      data-task={task.id}
      data-unread={unread}
      aria-selected={selected}
      className={row.gone ? "gone" : ""}
      onPointerDown={onSelect}
      onClick={onOpen}
    >
      <td>
        <span className="gp-state">{text(row.gone ? "gp.gone" : unread ? "gp.unread" : "gp.read")}</span>
      </td>
      <td>
        <Link to={`/gp/reports/${task.id}`} onClick={(event) => event.stopPropagation()}>
          <PatientLine patient={study.patient} studyDate={study.studyDate} />
        </Link>
      </td>
      <td title={study.description}>
        <span className="modality">{task.modality}</span> {study.description}
      </td>
      <td title={impression}>{impression}</td>
      <td title={centre}>{centre}</td>
      <td className="time">{task.finalAt !== null && <RelativeTime at={task.finalAt} />}</td>
    </tr>
  );
}
