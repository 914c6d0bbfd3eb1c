import { problemText } from "../api/problem-text.ts";
import { type Text, useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import type { SaveState } from "./draft-saver.ts";

interface SaveStateLineProps {
  readonly save: SaveState;
  readonly localRefused: boolean;
}

/** Where the text is, in words: at the hub, on its way, or only here. */
export function SaveStateLine({ save, localRefused }: SaveStateLineProps) {
  const { text } = useText();
  return (
    <p className="report-save" data-kind={save.kind} role="status">
      {words(save, text)}
      {localRefused && save.kind !== "saved" && (
        <strong className="report-warning">{text("report.save.local-refused")}</strong>
      )}
    </p>
  );
}

function words(save: SaveState, text: Text): string {
  switch (save.kind) {
    case "saved":
      return save.savedAt === null
        ? text("report.save.none")
        : text("report.save.saved", { time: secondText(save.savedAt, Date.now()) });
    case "refused":
      return text("report.save.refused", { reason: problemText(save.problem, text) });
    default:
      return text(`report.save.${save.kind}`);
  }
}
