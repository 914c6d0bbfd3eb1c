import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.ts";

type ListMessageProps =
  | { readonly kind: "loading" }
  | { readonly kind: "said"; readonly title: string; readonly hint: string; readonly children?: ReactNode };

const WIDTHS = ["62%", "71%", "58%", "66%", "74%", "60%", "69%", "63%"];

/** In the place of rows: that they are on their way, or why there are none and what to do. */
export function ListMessage(props: ListMessageProps) {
  const { text } = useText();
  if (props.kind === "loading")
    return (
      <div className="list-skeleton" role="status" aria-label={text("common.loading")}>
        {WIDTHS.map((width) => (
          <span key={width} style={{ width }} />
        ))}
      </div>
    );
  return (
    <div className="list-message">
      <strong>{props.title}</strong>
      <p>{props.hint}</p>
      {props.children}
    </div>
  );
}
