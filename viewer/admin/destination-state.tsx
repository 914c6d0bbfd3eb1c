import type { Answer } from "../../core/api/payloads.ts";
import { StateMark } from "../desk/state-mark.tsx";
import { useNow } from "../desk/use-now.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText, secondText } from "../reading/instant-text.ts";

const TONE = { running: "done", held: "late", "backing-off": "bad" } as const;

/** Whether anything goes there now; if not, why and until when. */
export function DestinationState({ of }: { readonly of: Answer<"listDestinations">["destinations"][number] }) {
  const { text } = useText();
  const now = useNow();
  const { state, hold, backOff } = of;
  const why = () => {
    if (state === "held" && hold !== null)
      return hold.until === null
        ? text("destination.held-open", { reason: hold.reason })
        : text("destination.held-until", { reason: hold.reason, time: minuteText(hold.until) });
    if (state === "backing-off" && backOff !== null) {
      const isDue = Date.parse(backOff.until) <= now;
      return text(isDue ? "destination.backing-off-now" : "destination.backing-off", {
        count: backOff.failures,
        time: secondText(backOff.until, now),
      });
    }
    return null;
  };
  return (
    <div className="admin-list">
      <StateMark tone={TONE[state]}>{text(`destination.state.${state}`)}</StateMark>
      {why() === null ? null : <span>{why()}</span>}
      {hold === null ? null : (
        <span className="admin-dim">
          {text("destination.held-by", { name: hold.heldBy, time: minuteText(hold.heldAt) })}
        </span>
      )}
    </div>
  );
}
