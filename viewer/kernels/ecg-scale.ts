/** Millimetres of paper, pixels of the screen, seconds and microvolts: one place for the four, so that no two disagree. */

/** CSS defines 1 in = 96 px and 25.4 mm; a screen that was not calibrated is taken at its word. */
export const DEFAULT_PX_PER_MM = 96 / 25.4;
/** ISO/IEC 7810 ID-1, the long side of a bank card. */
export const BANK_CARD_MM = 85.6;

/** Screens between 50 and 500 px/in; anything else is a slip of the hand. */
export function pxPerMmFromCard(cardPx: number): number | null {
  const pxPerMm = cardPx / BANK_CARD_MM;
  return pxPerMm >= 50 / 25.4 && pxPerMm <= 500 / 25.4 ? pxPerMm : null;
}

export interface PaperScale {
  readonly paperSpeedMmPerS: number;
  readonly gainMmPerMv: number;
}

/** A strip of paper: where time `startS` and 0 mV lie. */
export interface StripPlace {
  readonly xMm: number;
  readonly baselineMm: number;
  readonly startS: number;
}

export function xMmOf(timeS: number, strip: StripPlace, { paperSpeedMmPerS }: PaperScale): number {
  return strip.xMm + (timeS - strip.startS) * paperSpeedMmPerS;
}

export function yMmOf(microvolts: number, strip: StripPlace, { gainMmPerMv }: PaperScale): number {
  return strip.baselineMm - (microvolts / 1000) * gainMmPerMv;
}

export function timeSOf(xMm: number, strip: StripPlace, { paperSpeedMmPerS }: PaperScale): number {
  return strip.startS + (xMm - strip.xMm) / paperSpeedMmPerS;
}

export function microvoltsOf(yMm: number, strip: StripPlace, { gainMmPerMv }: PaperScale): number {
  return ((strip.baselineMm - yMm) / gainMmPerMv) * 1000;
}
