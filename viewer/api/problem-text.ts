import type { Text } from "../i18n/use-text.ts";
import { ApiProblem } from "./call-api.ts";

/** What to tell the person: what happened, what was kept, what to do next. */
export function problemText(error: unknown, text: Text): string {
  if (!(error instanceof ApiProblem)) return text("problem.unexpected");
  if (error.code === "unreachable" || error.code === "unexpected") return text(`problem.${error.code}`);
  const values = Object.fromEntries(Object.entries(error.detail).map(([key, value]) => [key, String(value ?? "")]));
  return text(`error.${error.code}`, values);
}
