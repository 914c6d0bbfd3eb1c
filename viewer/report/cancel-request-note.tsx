import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";

type Detail = Answer<"getTask">;

interface CancelRequestNoteProps {
  readonly detail: Detail;
  readonly request: NonNullable<Detail["cancelRequest"]>;
}

/** Above the report: its site asks for an end, why, and who can be asked (PS3.4 §CC.2.2.3). The reader decides. */
export function CancelRequestNote({ detail, request }: CancelRequestNoteProps) {
  const { text } = useText();
  const { reason, contactName, contactUri, askedBy, askedAt } = request;
  const { moves } = detail;
  return (
    <section className="report-cancel" role="status" data-testid="cancel-request">
      <h3>{text("report.cancel-request")}</h3>
      <p className="report-dim">
        {text("report.cancel-request.by", { name: askedBy.displayName, when: minuteText(askedAt) })}
      </p>
      <p>
        {reason === "" ? text("report.cancel-request.no-reason") : text("report.cancel-request.reason", { reason })}
      </p>
      {(contactName !== "" || contactUri !== "") && (
        <p>
          {text("report.cancel-request.contact")} {contactName} {contactUri !== "" && <Contact uri={contactUri} />}
        </p>
      )}
      <p className="report-dim">
        {text(
          moves.includes("release")
            ? "report.cancel-request.release"
            : moves.includes("recall")
              ? "report.cancel-request.recall"
              : "report.cancel-request.other",
        )}
      </p>
    </section>
  );
}

/** Something to press only where it calls or writes: whoever asked may have put any address there. */
function Contact({ uri }: { readonly uri: string }) {
  const shown = uri.replace(/^(tel|mailto):/i, "");
  return /^(tel|mailto):/i.test(uri) ? <a href={uri}>{shown}</a> : <span>{shown}</span>;
}
