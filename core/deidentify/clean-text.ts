import { CLINICAL_TERMS_ZH, CLINICAL_WORDS, UNIT_WORDS } from "./clinical-terms.ts";

/** What stands for a person in this data set, lower case: never kept, even where it is a clinical word, too (Hand, Head). */
export type Forbidden = ReadonlySet<string>;

const LONGEST_TERM = 6;
/** Han in runs, Latin words with their digits, numbers with at most four digits; the rest separates. */
const TOKENS =
  /\p{Script=Han}+|\p{Script=Latin}[\p{Script=Latin}\p{M}\p{N}]*|\d{1,3}(?:\.\d{1,2})?(?![\p{L}\p{N}.])|\d+(?:\.\d+)?/gu;
const NUMBER_WITH_UNIT = /^(\d{1,3}(?:\.\d{1,2})?)$/;

/**
 * The clinical words of a text, in their order; numbers only before a word of measure. Single spaces take the place of what
 * was left out. Empty when nothing is left.
 */
export function cleanedText(text: string, forbidden: Forbidden): string {
  const apart = text.replace(/(\d)(?=(?:mm|cm|ms|sec|s|kvp|kv|mas|ma|ml|hz|bpm)\b)/gi, "$1 ");
  const tokens = apart.match(TOKENS) ?? [];
  const kept = tokens
    .flatMap((token, i) => {
      if (/^\p{Script=Han}/u.test(token)) return termsOf(token, forbidden);
      if (/^\d/.test(token)) {
        const next = tokens[i + 1]?.toLowerCase() ?? "";
        const isMeasured = [...UNIT_WORDS].some((unit) =>
          /^[a-z]/.test(unit) ? next === unit : next.startsWith(unit),
        );
        return NUMBER_WITH_UNIT.test(token) && isMeasured ? [token] : [];
      }
      const word = token.toLowerCase();
      const isUnit = UNIT_WORDS.has(word) && /^\d/.test(tokens[i - 1] ?? "");
      return (CLINICAL_WORDS.has(word) || isUnit) && !forbidden.has(word) ? [token] : [];
    })
    .join(" ");
  // where every letter and digit may stay, so may what stands between
  return lettersOf(kept) === lettersOf(text) ? text.trim() : kept;
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** The terms of a run of Han characters, the longest that fits first; what is between them goes. */
function termsOf(run: string, forbidden: Forbidden): readonly string[] {
  const characters = [...run];
  const terms: string[] = [];
  for (let at = 0; at < characters.length; ) {
    let length = Math.min(LONGEST_TERM, characters.length - at);
    while (length > 0 && !CLINICAL_TERMS_ZH.has(characters.slice(at, at + length).join(""))) length--;
    const term = characters.slice(at, at + length).join("");
    if (length > 0 && !forbidden.has(term)) terms.push(term);
    at += Math.max(1, length);
  }
  return terms.length === 0 ? [] : [terms.join("")];
}

/** The parts of a person's name or of an identifier that must not be kept. */
export function forbiddenParts(text: string): readonly string[] {
  const whole = text.toLowerCase();
  const parts = whole.split(/[\s^=\\,.;:_/()-]+/).filter((part) => part !== "");
  return parts.flatMap((part) => {
    // a letter alone is a lead's name sooner than a person's
    if (!/^\p{Script=Han}+$/u.test(part)) return part.length > 1 ? [part] : [];
    // family name of one or two characters, the given name after it
    const characters = [...part];
    return [part, characters.slice(1).join(""), characters.slice(2).join(""), ...characters.slice(0, 1)].filter(
      (one) => one !== "",
    );
  });
}
