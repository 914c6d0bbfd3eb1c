import { useText } from "../i18n/use-text.ts";
import { wordDiff } from "./word-diff.ts";

interface DiffTextProps {
  readonly before: string;
  readonly after: string;
}

/** A text with what was added underlined and what was removed struck out: readable without colour. */
export function DiffText({ before, after }: DiffTextProps) {
  const { text } = useText();
  if (before === after) return <p className="report-text">{after || text("report.not-written")}</p>;
  let at = 0;
  return (
    <p className="report-text">
      {wordDiff(before, after).map((part) => {
        const key = `${at}${part.kind}`;
        at += part.text.length;
        if (part.kind === "added") return <ins key={key}>{part.text}</ins>;
        if (part.kind === "removed") return <del key={key}>{part.text}</del>;
        return <span key={key}>{part.text}</span>;
      })}
    </p>
  );
}
