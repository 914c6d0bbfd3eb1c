import type { DataElement } from "../dicom/data-elements.ts";
import { itemsOf, numberOf, textOf } from "./element-text.ts";
import { exportKind } from "./export-classes.ts";
import { PIXEL_RULES, type PixelRule, type Region, SCREEN_WORDS } from "./pixel-rules.ts";
import type { RefusalReason } from "./refusal-reasons.ts";

export type PixelDecision =
  | { readonly kind: "keep" }
  /** Everything within the regions is blackened; with `isOutside`, everything else. */
  | { readonly kind: "blank"; readonly rule: string; readonly regions: readonly Region[]; readonly isOutside: boolean }
  | { readonly kind: "refuse"; readonly reason: RefusalReason };

const refuse = (reason: RefusalReason): PixelDecision => ({ kind: "refuse", reason });
const KEEP: PixelDecision = { kind: "keep" };

/** Whether an instance may go by its class and what its header says of its pixels; and if it may, what is blackened first. */
export function decidePixels(elements: readonly DataElement[]): PixelDecision {
  const kind = exportKind(textOf(elements, 0x00080016));
  if (kind === undefined) return refuse("class-not-exported");
  if (kind === "waveform") return KEEP;
  if (hasOverlayInPixels(elements)) return refuse("overlay-in-pixels");
  const rules = PIXEL_RULES.filter((each) => fits(each, elements));
  if (rules.length > 0) return decideByRules(rules, elements);
  if (textOf(elements, 0x00280301).trim().toUpperCase() === "YES") return refuse("burned-in-annotation");
  if (isDigitizedFilm(elements)) return refuse("digitized-film");
  return kind === "burned-in" || isScreen(elements) ? refuse("screen-without-rule") : KEEP;
}

function decideByRules(rules: readonly PixelRule[], elements: readonly DataElement[]): PixelDecision {
  const rule = rules.map(({ name }) => name).join(" ");
  const drawn = rules.flatMap(({ blank }) => (blank === "outside-regions" ? [] : blank));
  if (drawn.length > 0) return { kind: "blank", rule, regions: drawn, isOutside: false };
  const regions = ultrasoundRegions(elements);
  const frame = (numberOf(elements, 0x00280010) ?? 0) * (numberOf(elements, 0x00280011) ?? 0);
  // a region that is the whole frame says nothing of where the text is
  const isWhole = regions.some(({ left, top, right, bottom }) => (right - left) * (bottom - top) > 0.95 * frame);
  if (regions.length === 0 || isWhole) return refuse("ultrasound-without-regions");
  return { kind: "blank", rule, regions, isOutside: true };
}

function fits(rule: PixelRule, elements: readonly DataElement[]): boolean {
  const has = (tag: number, word: string | undefined) =>
    word === undefined || textOf(elements, tag).toLowerCase().includes(word);
  return (
    rule.modality === textOf(elements, 0x00080060) &&
    (rule.sopClassUid === undefined || rule.sopClassUid === textOf(elements, 0x00080016)) &&
    (rule.rows === undefined || rule.rows === numberOf(elements, 0x00280010)) &&
    (rule.columns === undefined || rule.columns === numberOf(elements, 0x00280011)) &&
    has(0x00080070, rule.manufacturer) &&
    has(0x00081090, rule.model) &&
    has(0x00080008, rule.imageType) &&
    has(0x0008103e, rule.series) &&
    has(0x00400310, rule.doseComments)
  );
}

/** PS3.3 C.8.5.5.1: both corners are within the region. */
function ultrasoundRegions(elements: readonly DataElement[]) {
  return itemsOf(elements, 0x00186011).flatMap((item) => {
    const [left, top, right, bottom] = [0x00186018, 0x0018601a, 0x0018601c, 0x0018601e].map((tag) =>
      numberOf(item, tag),
    );
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
    return right > left && bottom > top ? [{ left, top, right: right + 1, bottom: bottom + 1 }] : [];
  });
}

/** A picture of a screen or a sheet of figures, as consoles file it among the images. */
function isScreen(elements: readonly DataElement[]): boolean {
  const characterSet = textOf(elements, 0x00080005);
  const said = [0x00080008, 0x0008103e, 0x00181030, 0x00204000]
    .map((tag) => textOf(elements, tag, characterSet).toLowerCase())
    .join("\n");
  const isConverted = ["WSD", "DI", "DF", "DV", "SYN", "DRW", "SI"].includes(textOf(elements, 0x00080064));
  return isConverted || SCREEN_WORDS.some((word) => said.includes(word));
}

/** Name and date are printed on film. */
function isDigitizedFilm(elements: readonly DataElement[]): boolean {
  return textOf(elements, 0x00080064) === "DF" || ["FD", "ASMT", "DOC"].includes(textOf(elements, 0x00080060));
}

/** An overlay drawn in unused bits of the pixels (retired) would go with them. */
function hasOverlayInPixels(elements: readonly DataElement[]): boolean {
  return elements.some(
    ({ tag }) => tag >>> 24 === 0x60 && (tag & 0xffff) === 0x0102 && (numberOf(elements, tag) ?? 0) > 0,
  );
}
