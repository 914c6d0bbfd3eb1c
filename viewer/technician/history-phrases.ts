import type { TextKey } from "../i18n/catalogue.ts";

const IMAGES: readonly TextKey[] = [
  "phrase.cough",
  "phrase.fever",
  "phrase.chest-pain",
  "phrase.headache",
  "phrase.abdominal-pain",
  "phrase.trauma",
  "phrase.hypertension",
  "phrase.diabetes",
  "phrase.follow-up",
];
const ECG: readonly TextKey[] = [
  "phrase.chest-pain",
  "phrase.palpitations",
  "phrase.syncope",
  "phrase.headache",
  "phrase.hypertension",
  "phrase.diabetes",
  "phrase.follow-up",
  "phrase.check-up",
];

/** What a history often says, by what is to be read. */
export function historyPhrases(modalities: readonly string[]): readonly TextKey[] {
  return modalities.includes("ECG") ? ECG : IMAGES;
}

/** Puts a phrase behind what is written, with the mark of the language in between. */
export function withPhrase(written: string, phrase: string, language: "zh" | "en"): string {
  const before = written.trimEnd();
  if (before === "") return phrase;
  if (/[，,。.；;：:、\n]$/.test(before)) return `${before}${language === "en" ? " " : ""}${phrase}`;
  return `${before}${language === "en" ? ", " : "，"}${phrase}`;
}
