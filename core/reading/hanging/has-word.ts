/**
 * Does a description have this word? Descriptions run words together ("ThorRoutine", "肺窗1.0 B70f"), so a Han word counts
 * wherever it stands, a Latin one at the beginning of a word, and one of three letters or less as a whole word only: "art" is
 * a phase, "artefact" is none. Case does not count.
 */
export function hasWord(text: string, word: string): boolean {
  const [hay, needle] = [text.toLowerCase(), word.toLowerCase()];
  if (needle === "") return false;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    if (!isLatin(needle[0])) return true;
    const goesOn = isLatin(hay[at + needle.length]) && isLatin(needle.at(-1));
    if (!isLatin(hay[at - 1]) && (needle.length > 3 || !goesOn)) return true;
  }
  return false;
}

export function hasAnyWord(text: string, words: readonly string[]): boolean {
  return words.some((word) => hasWord(text, word));
}

function isLatin(letter: string | undefined): boolean {
  return letter !== undefined && letter >= "a" && letter <= "z";
}
