import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { relativeSpan } from "./relative-span.ts";
import { useNow } from "./use-now.ts";

/** An instant of the hub: relative under a day, else to the minute; hovering tells it exactly. Not for DICOM dates. */
export function RelativeTime({ at }: { readonly at: string }) {
  const { text } = useText();
  const span = relativeSpan(Date.parse(at), useNow());
  const exact = minuteText(at);
  return (
    <time dateTime={at} title={exact}>
      {span === null ? exact : text(span.key, { count: span.count })}
    </time>
  );
}
