import { decodeText } from "../dicom/character-set.ts";
import type { DataElement } from "../dicom/data-elements.ts";
import { elementOfTag } from "../dicom/dictionary.ts";
import { type Forbidden, forbiddenParts } from "./clean-text.ts";
import { hexOf, textOf } from "./element-text.ts";

const SPECIFIC_CHARACTER_SET = 0x00080005;
/** Patient ID, Other Patient IDs, Accession Number, institution and station: by these, too, a person is found. */
const IDENTIFIERS = new Set([0x00100020, 0x00101000, 0x00080050, 0x00100021, 0x00380010]);

/** The parts of every person's name and of every identifier in the data set, at any depth. */
export function forbiddenWords(elements: readonly DataElement[]): Forbidden {
  const words = new Set<string>();
  collect(elements, "", words);
  return words;
}

function collect(elements: readonly DataElement[], outer: string, words: Set<string>): void {
  const characterSet = textOf(elements, SPECIFIC_CHARACTER_SET) || outer;
  for (const element of elements) {
    if ("items" in element) {
      for (const item of element.items) collect(item, characterSet, words);
      continue;
    }
    const isName = element.vr === "PN" || elementOfTag(hexOf(element.tag))?.vr === "PN";
    if (!isName && !IDENTIFIERS.has(element.tag)) continue;
    for (const part of forbiddenParts(decodeText(element.value, characterSet, isName ? "person-name" : "text")))
      words.add(part);
  }
}
