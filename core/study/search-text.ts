import { pinyin } from "pinyin-pro";

/**
 * The one text that a person is searched by: latin, Han, pinyin joined, initials, then ids; lower case, one space apart.
 * 王^小东 gives "王小东 wangxiaodong wxd".
 */
export function searchText(names: readonly string[], ids: readonly string[]): string {
  const words: string[] = [];
  for (const name of names) {
    const plain = name.replaceAll("^", " ").replace(/\s+/g, " ").trim();
    if (plain === "") continue;
    if (/\p{Script=Han}/u.test(plain)) {
      const han = plain.replaceAll(" ", "");
      const syllables = pinyin(han, { toneType: "none", type: "array", surname: "head", v: true });
      words.push(han, syllables.join(""), syllables.map((syllable) => [...syllable][0] ?? "").join(""));
    } else words.push(plain, plain.replaceAll(" ", ""));
  }
  words.push(...ids.filter((id) => id !== ""));
  return [...new Set(words.map((word) => word.toLowerCase()))].join(" ");
}

/** What somebody typed, as a LIKE pattern over `searchText`: wildcards typed are taken as letters. */
export function searchPattern(typed: string): string {
  const plain = typed
    .trim()
    .toLowerCase()
    .replace(/[\^,]+/g, " ")
    .replace(/\s+/g, " ");
  return `%${plain.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`;
}
