/** What LO holds of a text (PS3.5 table 6.2-1): 64 characters of one line, without the backslash that would end the value. */
export function longString(text: string): string {
  return cut(text.replace(/[\\\p{Cc}]+/gu, " ").trim(), 64);
}

/** What ST holds of it: 1024 characters, of control characters only the ends of lines. */
export function shortText(text: string): string {
  return cut(unlimitedText(text), 1024);
}

/** What UT holds of it. */
export function unlimitedText(text: string): string {
  return text.replace(/[^\P{Cc}\r\n]+/gu, " ").trimEnd();
}

function cut(text: string, most: number): string {
  return [...text].slice(0, most).join("");
}
