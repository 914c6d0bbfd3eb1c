import { Alert } from "antd";
import { problemText } from "../api/problem-text.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { changeKindKey } from "./change-kind-key.ts";
import "./patient.css";
import { UndoButton } from "./undo-button.tsx";
import { usePatientChanges } from "./use-patient-change.ts";

/** What lies over a study now, newest first, each to be undone. */
export function StudyChanges({ studyInstanceUid }: { readonly studyInstanceUid: string }) {
  const { text } = useText();
  const { data } = useDeskQuery("studies", "listPatientChanges", { query: { studyInstanceUid, limit: 20 } });
  const { undo } = usePatientChanges();
  const standing = (data?.changes ?? []).filter(({ undoneAt }) => undoneAt === null);
  return (
    <>
      <ul className="identity-changes" aria-label={text("identity.view.changes")}>
        {standing.map((change) => (
          <li key={change.id}>
            <b>{text(changeKindKey(change))}</b>
            <span>{change.reason}</span>
            <span className="identity-dim">
              {minuteText(change.at)} {change.by}
            </span>
            <UndoButton onUndo={() => undo.mutateAsync(change.id)} />
          </li>
        ))}
      </ul>
      {undo.error !== null && <Alert type="error" showIcon title={problemText(undo.error, text)} />}
    </>
  );
}
