import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, type Language } from "../../core/texts/text-table.ts";
import { catalogue } from "./catalogue.ts";

const STORED_UNDER = "hub.language";

const resources = Object.fromEntries(
  LANGUAGES.map((language, column) => [
    language,
    { translation: Object.fromEntries(Object.entries(catalogue).map(([key, row]) => [key, row[column]])) },
  ]),
);

const stored = localStorage.getItem(STORED_UNDER);

const i18n = createInstance();
await i18n.use(initReactI18next).init({
  resources,
  lng: LANGUAGES.find((language) => language === stored) ?? LANGUAGES[0],
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false }, // React escapes
});
document.documentElement.lang = i18n.language;

export function setLanguage(language: Language): void {
  localStorage.setItem(STORED_UNDER, language);
  document.documentElement.lang = language;
  void i18n.changeLanguage(language);
}
