/** What LO holds of a text (PS3.5 table 6.2-1): 64 characters of one line, without the backslash that would end the value. */
export function longString(text: string): string {
  const line = text.replace(/[\\\p{Cc}]+/gu, " ").trim();
  return [...line].slice(0, 64).join("");
}
