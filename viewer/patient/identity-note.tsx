import { Alert } from "antd";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import "./patient.css";

interface IdentityNoteProps {
  readonly study: StudySummary;
  /** Of the report beside which it stands; null: there is none that is signed. */
  readonly signedAt: string | null;
}

/** That the patient's identity was corrected, when and by whom; with a report that was signed before, that its PDF stays. */
export function IdentityNote({ study, signedAt }: IdentityNoteProps) {
  const { text } = useText();
  const change = study.identityChange;
  if (change === null) return null;
  const key = signedAt !== null && signedAt < change.at ? "identity.corrected.after-signing" : "identity.corrected";
  return (
    <Alert
      className="identity-note"
      type="info"
      showIcon
      title={text(key, { time: minuteText(change.at), by: change.by })}
    />
  );
}
