import { useText } from "../i18n/use-text.ts";
import type { ListView } from "./sort-tasks.ts";

export function ReadingListHead({ view }: { readonly view: ListView }) {
  const { text } = useText();
  return (
    <thead>
      <tr>
        <th className="c-urgency">{text("reading.column.urgency")}</th>
        <th className="c-clock">{text("reading.column.clock")}</th>
        <th className="c-age">{text(view === "done" ? "reading.column.signed" : "reading.column.age")}</th>
        <th className="c-patient">{text("reading.column.patient")}</th>
        <th className="c-site">{text("reading.column.site")}</th>
        <th className="c-examination">{text("reading.column.examination")}</th>
        <th>{text("reading.column.history")}</th>
        <th className="c-images number">{text("reading.column.images")}</th>
        <th className="c-priors number">{text("reading.column.priors")}</th>
        <th className="c-state">{text("reading.column.state")}</th>
        <th className="c-action" aria-label={text("reading.column.action")} />
      </tr>
    </thead>
  );
}
