/** The three component groups of a person name (PS3.5 §6.2, VR PN): `^` between components, "" where there is none. */
export interface PersonName {
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

/** One decoded PN value. Never decode the groups apart: `=` and `^` are also second bytes of GBK characters. */
export function parsePersonName(value: string): PersonName {
  const [alphabetic = "", ideographic = "", phonetic = ""] = value.split("=").map(cleanGroup);
  return { alphabetic, ideographic, phonetic };
}

/** As it stands in a data set: empty groups at the end are left out. */
export function personNameText(name: PersonName): string {
  return [name.alphabetic, name.ideographic, name.phonetic].join("=").replace(/=+$/, "");
}

/** What a person reads: 张小东 where there is an ideographic name, else "Given Middle Family" as the sender spelled it. */
export function personNameDisplay(name: PersonName): string {
  const group = name.ideographic || name.alphabetic || name.phonetic;
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^").map((part) => part.trim());
  if (isEastAsian(group)) return `${family}${given}${middle}`;
  return [prefix, given, middle, family, suffix].filter((part) => part !== "").join(" ");
}

/** Han, kana, Hangul: family name first, no space. */
function isEastAsian(text: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text);
}

/** Trailing empty components and padding say nothing (PS3.5 §6.2.1.1). */
function cleanGroup(group: string): string {
  return group.replace(/[\s\0^]+$/, "").trimStart();
}
