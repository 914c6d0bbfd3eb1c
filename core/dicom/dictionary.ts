import { DICTIONARY_TABLE } from "./dictionary-table.ts";

export interface DictionaryEntry {
  /** Eight hex digits, upper case. */
  readonly tag: string;
  readonly vr: string;
  readonly keyword: string;
}

interface Dictionary {
  readonly byTag: ReadonlyMap<string, DictionaryEntry>;
  readonly byKeyword: ReadonlyMap<string, DictionaryEntry>;
}

let dictionary: Dictionary | undefined;

/** Unfolded at first use (3 ms), so that importing costs nothing. */
function unfolded(): Dictionary {
  if (dictionary) return dictionary;
  const byTag = new Map<string, DictionaryEntry>();
  const byKeyword = new Map<string, DictionaryEntry>();
  for (const line of DICTIONARY_TABLE.trim().split("\n")) {
    const [group = "", ...elements] = line.split(" ");
    for (const element of elements) {
      const tag = group + element.slice(0, 4);
      const entry = { tag, vr: element.slice(4, 6), keyword: element.slice(6) };
      byTag.set(tag, entry);
      byKeyword.set(entry.keyword, entry);
    }
  }
  dictionary = { byTag, byKeyword };
  return dictionary;
}

/** The public element of this tag (eight hex digits, either case); overlays and curves by their first group. */
export function elementOfTag(tag: string): DictionaryEntry | undefined {
  const upper = tag.toUpperCase();
  const found = unfolded().byTag.get(upper);
  if (found || !/^(50|60)[0-9A-F][02468ACE]/.test(upper)) return found;
  const first = unfolded().byTag.get(`${upper.slice(0, 2)}00${upper.slice(4)}`);
  return first && { ...first, tag: upper };
}

/** The element of this keyword of PS3.6 ("PatientName"), or of these eight hex digits. */
export function elementOfName(name: string): DictionaryEntry | undefined {
  return /^[0-9A-Fa-f]{8}$/.test(name) ? elementOfTag(name) : unfolded().byKeyword.get(name);
}
