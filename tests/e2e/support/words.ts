import { fillText, LANGUAGES, type Language } from "../../../core/texts/text-table.ts";
import { catalogue, type TextKey } from "../../../viewer/i18n/catalogue.ts";

/** A text as the pages show it, so that the test follows the catalogue and not a copy of it. Chinese unless told. */
export function words(
  key: TextKey,
  values: Readonly<Record<string, string | number>> = {},
  language: Language = "zh",
): string {
  return fillText(catalogue[key][LANGUAGES.indexOf(language)] ?? key, values);
}
