import { decodeText } from "../dicom/character-set.ts";
import type { DataElement } from "../dicom/data-elements.ts";

/** The text of an element of this level; empty when it is not there. */
export function textOf(elements: readonly DataElement[], tag: number, characterSet = ""): string {
  const element = elements.find((each) => each.tag === tag);
  if (!element || "items" in element) return "";
  return decodeText(element.value, characterSet, element.vr === "PN" ? "person-name" : "text");
}

export function itemsOf(elements: readonly DataElement[], tag: number): readonly (readonly DataElement[])[] {
  const element = elements.find((each) => each.tag === tag);
  return element && "items" in element ? element.items : [];
}

/** The first value of an unsigned number (US, UL); undefined when there is none. */
export function numberOf(elements: readonly DataElement[], tag: number): number | undefined {
  const element = elements.find((each) => each.tag === tag);
  if (!element || "items" in element) return undefined;
  if (element.value.length === 4) return element.value.readUInt32LE(0);
  return element.value.length >= 2 ? element.value.readUInt16LE(0) : undefined;
}

export function textElement(tag: number, vr: string, text: string): DataElement {
  return { tag, vr, value: Buffer.from(text, "utf8") };
}

export function hexOf(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, "0");
}
