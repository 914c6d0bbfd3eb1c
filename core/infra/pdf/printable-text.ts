/** Shape the letters beside them, or nothing at all: Unicode's Default_Ignorable_Code_Point. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const TAB = "    ";

/**
 * Text as the font can show it. What it has no glyph for stands there as its code, [U+20BB7], as a report may not lose a
 * letter, least of all one of a name. Lines stay lines.
 */
export function printableText(text: string, hasGlyph: (codePoint: number) => boolean): string {
  let shown = "";
  for (const character of text.normalize("NFC").replace(/\r\n?|\u2028|\u2029/g, "\n")) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === "\n") shown += "\n";
    else if (character === "\t") shown += TAB;
    else if (INVISIBLE.test(character)) continue;
    else if (!/\p{Cc}/u.test(character) && hasGlyph(codePoint)) shown += character;
    else shown += `[U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}]`;
  }
  return shown;
}
