import type { Text } from "../i18n/use-text.ts";
import { spanOf } from "./due-clock.ts";

/** "1 天 3 时", "3 时 12 分", "12 分". */
export function spanText(wholeMinutes: number, text: Text): string {
  const span = spanOf(wholeMinutes);
  if (span.days > 0) return text("reading.span.days", { ...span });
  return text(span.hours > 0 ? "reading.span.hours" : "reading.span.minutes", { ...span });
}
