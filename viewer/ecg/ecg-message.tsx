import { ecgUnreadableReason } from "../../core/ecg/ecg-unreadable.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { EcgIcon } from "./ecg-icons.tsx";

/** In the paper's place while there is none: loading, nothing here, or what went wrong and what to do. */
export function EcgMessage(props: {
  readonly state: "loading" | "empty" | "error";
  readonly error?: unknown;
  readonly onRetry?: () => void;
}) {
  const { text } = useText();
  const reason = ecgUnreadableReason(props.error);
  return (
    <div className="ecg-stage" data-testid="viewport-0" data-state={props.state} data-reason={reason ?? undefined}>
      {props.state === "loading" && <div className="ecg-skeleton" role="status" aria-label={text("common.loading")} />}
      {props.state === "empty" && <p className="ecg-message">{text("ecg.none")}</p>}
      {props.state === "error" && (
        <div className="ecg-message" role="alert">
          <EcgIcon name="warning" />
          <p>
            {reason
              ? text("error.ecg-unreadable", { reason: text(`ecg.reason.${reason}`) })
              : problemText(props.error, text)}
          </p>
          {reason && <p className="ecg-dim">{text("ecg.unreadable-advice")}</p>}
          {props.onRetry && (
            <button type="button" className="ecg-button primary" onClick={props.onRetry}>
              {text("common.retry")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
