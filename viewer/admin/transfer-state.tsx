import type { Answer } from "../../core/api/payloads.ts";
import { RelativeTime } from "../desk/relative-time.tsx";
import { StateMark } from "../desk/state-mark.tsx";
import { useNow } from "../desk/use-now.ts";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { failureText } from "./failure-text.ts";

const TONE = { waiting: "active", "given-up": "bad", done: "done" } as const;

/** How a transfer stands; what failed says why, how often it was tried and when it is tried again. */
export function TransferState({ of }: { readonly of: Answer<"listTransfers">["transfers"][number] }) {
  const { text } = useText();
  const now = useNow();
  const { state, failure, attempts, nextAt, changedAt } = of;
  const isPutOff = nextAt !== null && Date.parse(nextAt) > now;
  return (
    <div className="admin-list">
      <span className="admin-state">
        <StateMark tone={state === "waiting" && failure !== null ? "late" : TONE[state]}>
          {text(`transfer.state.${state}`)}
        </StateMark>
        {state === "done" ? (
          <span className="admin-dim">
            <RelativeTime at={changedAt} />
          </span>
        ) : null}
      </span>
      {failure === null ? null : <span title={failure}>{failureText(failure, text)}</span>}
      {state === "done" || failure === null ? null : (
        <span className="admin-dim">
          {text("transfer.attempts", { count: attempts })}
          {isPutOff ? ` · ${text("transfer.next", { time: secondText(nextAt, now) })}` : ""}
        </span>
      )}
    </div>
  );
}
