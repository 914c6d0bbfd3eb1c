import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "../../core/texts/text-table.ts";
import type { TextKey } from "./catalogue.ts";

export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The texts in the language of the moment; the page re-renders in place when it changes. */
export function useText(): { readonly text: Text; readonly language: Language } {
  const { t, i18n } = useTranslation();
  const text = useCallback<Text>((key, values) => t(key, { ...values }), [t]);
  return { text, language: i18n.language === "en" ? "en" : "zh" };
}
