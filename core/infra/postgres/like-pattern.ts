/** `*` any letters, `?` one (PS3.4 §C.2.2.2.4), in the words of LIKE. */
export function likePattern(pattern: string): string {
  return escaped(pattern).replaceAll("*", "%").replaceAll("?", "_");
}

/** As letters, those of LIKE included. */
export function escaped(text: string): string {
  return text.replace(/[\\%_]/g, (letter) => `\\${letter}`);
}
