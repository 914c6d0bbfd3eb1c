import { Alert } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import "../patient/patient.css";

/** That images were rejected after the report was signed: it may speak of what is not this patient, or not good enough. */
export function RejectedNote({ rejected }: { readonly rejected: Answer<"getReport">["rejectedSince"] }) {
  const { text } = useText();
  if (rejected === null) return null;
  const reason = text(`reject.reason.${rejected.reason}`);
  return (
    <Alert
      className="identity-note"
      type="error"
      showIcon
      title={text("gp.rejected-since", { time: minuteText(rejected.at), reason })}
      description={text("gp.rejected-since.hint")}
    />
  );
}
