import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { localDrafts } from "./local-drafts.ts";
import { ReportWords } from "./report-words.tsx";

interface KeptTextProps {
  readonly taskId: string;
  readonly accountId: string;
  readonly ecg: boolean;
}

/** The claim ended while text was only on this machine: it is not lost, and the person says what becomes of it. */
export function KeptText({ taskId, accountId, ecg }: KeptTextProps) {
  const { text } = useText();
  const [kept, setKept] = useState(() => localDrafts(localStorage, accountId).read(taskId));
  const [copied, setCopied] = useState(false);
  if (kept === null || `${kept.findings}${kept.impression}`.trim() === "") return null;
  return (
    <section className="report-conflict">
      <h3>{text("report.kept.title", { time: secondText(kept.editedAt, Date.now()) })}</h3>
      <article>
        <ReportWords version={kept} ecg={ecg} />
        <div className="report-actions">
          <button
            type="button"
            className="report-button"
            onClick={() => {
              localDrafts(localStorage, accountId).discard(taskId);
              setKept(null);
            }}
          >
            {text("report.kept.discard")}
          </button>
          {isSecureContext && (
            <button
              type="button"
              className="report-button"
              onClick={() =>
                void navigator.clipboard.writeText(`${kept.findings}\n\n${kept.impression}`).then(() => setCopied(true))
              }
            >
              {text(copied ? "report.kept.copied" : "report.kept.copy")}
            </button>
          )}
        </div>
      </article>
    </section>
  );
}
