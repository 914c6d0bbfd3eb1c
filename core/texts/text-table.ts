/** The languages of the pages; the first is the default. */
export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One row a text: Chinese, then English. `{{name}}` stands for a value. Keys are `<area>.<what>` in dotted kebab-case. */
export type TextTable = Readonly<Record<string, readonly [zh: string, en: string]>>;

/** Replaces `{{name}}`; a value that is not given stays visible as its name, so that it is noticed. */
export function fillText(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}
