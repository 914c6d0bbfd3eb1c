/** Where each lead stands on the paper. Pure arithmetic in millimetres; what a millimetre is on the screen is not its matter. */

export const ECG_LAYOUTS = ["3x4+1", "3x4+3", "6x2", "12x1"] as const;
export type EcgLayout = (typeof ECG_LAYOUTS)[number];
export const PAPER_SPEEDS_MM_PER_S = [25, 50, 12.5] as const;
export type PaperSpeed = (typeof PAPER_SPEEDS_MM_PER_S)[number];
export const GAINS_MM_PER_MV = [10, 5, 20] as const;
export type Gain = (typeof GAINS_MM_PER_MV)[number];

/** What there is of a lead, seconds of the recording. */
export interface LeadExtent {
  readonly name: string;
  readonly startS: number;
  readonly endS: number;
}

export interface EcgPageRequest {
  readonly layout: EcgLayout;
  /** One lead alone, large, instead of the layout. */
  readonly focus: string | null;
  readonly leads: readonly LeadExtent[];
  /** The page starts here, seconds of the recording. */
  readonly fromS: number;
  readonly paperSpeedMmPerS: PaperSpeed;
  readonly gainMmPerMv: Gain;
}

export interface EcgBox {
  /** Unique on the page. */
  readonly key: string;
  readonly lead: string;
  readonly kind: "strip" | "rhythm";
  readonly present: boolean;
  readonly xMm: number;
  readonly topMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  /** 0 mV, from the top of the page. */
  readonly baselineMm: number;
  readonly startS: number;
  readonly seconds: number;
}

/** 1 mV for 200 ms: `widthMm` wide, `heightMm` tall, standing on the baseline; 1 mm of foot on either side. */
export interface CalibrationPulse {
  readonly xMm: number;
  readonly baselineMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface EcgPage {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly headerMm: number;
  readonly footerMm: number;
  /** Left edge of the first box. */
  readonly stripsMm: number;
  readonly seconds: number;
  readonly boxes: readonly EcgBox[];
  readonly pulses: readonly CalibrationPulse[];
}

const MARGIN_MM = 6;
const HEADER_MM = 26;
const FOOTER_MM = 9;
const PULSE_S = 0.2;

const COLUMNS_3X4 = [
  ["I", "II", "III"],
  ["aVR", "aVL", "aVF"],
  ["V1", "V2", "V3"],
  ["V4", "V5", "V6"],
] as const;
const COLUMNS_6X2 = [
  ["I", "II", "III", "aVR", "aVL", "aVF"],
  ["V1", "V2", "V3", "V4", "V5", "V6"],
] as const;

/** Rows of the page before they get their places. */
interface Row {
  readonly kind: EcgBox["kind"];
  readonly leads: readonly string[];
}

/**
 * Ten seconds a page (twenty at 12.5 mm/s), in columns of equal time that follow one another: what stands right is later.
 * A lead that is not there at its column's time (devices that store 2.5 s of each) shows what there is of it.
 */
export function planEcgPage(request: EcgPageRequest): EcgPage {
  const { leads, paperSpeedMmPerS, gainMmPerMv, focus } = request;
  const extents = new Map(leads.map((extent) => [extent.name, extent]));
  const seconds = pageSeconds(paperSpeedMmPerS);
  const rows = focus === null ? layoutRows(request.layout, leads) : focusRows(focus, seconds);
  const rowMm = rowHeightMm(rows.length, focus !== null);
  const pulseMm = PULSE_S * paperSpeedMmPerS;
  const stripsMm = MARGIN_MM + Math.ceil(pulseMm) + 4;
  const widthMm = (focus === null ? seconds : FOCUS_ROW_S) * paperSpeedMmPerS;

  const boxes: EcgBox[] = [];
  const pulses: CalibrationPulse[] = [];
  for (const [row, { kind, leads: names }] of rows.entries()) {
    const topMm = HEADER_MM + row * rowMm;
    const baselineMm = topMm + Math.round(rowMm * 0.55);
    pulses.push({ xMm: MARGIN_MM + 1, baselineMm, widthMm: pulseMm, heightMm: gainMmPerMv });
    const boxS = widthMm / paperSpeedMmPerS / names.length;
    for (const [column, lead] of names.entries()) {
      const extent = extents.get(lead);
      const nominalS = request.fromS + (focus === null ? column * boxS : row * FOCUS_ROW_S);
      boxes.push({
        key: `${row}-${column}`,
        lead,
        kind,
        present: extent !== undefined,
        xMm: stripsMm + column * boxS * paperSpeedMmPerS,
        topMm,
        widthMm: boxS * paperSpeedMmPerS,
        heightMm: rowMm,
        baselineMm,
        startS: extent && focus === null && names.length > 1 ? boxStartS(nominalS, boxS, extent) : nominalS,
        seconds: boxS,
      });
    }
  }
  return {
    widthMm: stripsMm + widthMm + MARGIN_MM,
    heightMm: HEADER_MM + rows.length * rowMm + FOOTER_MM,
    headerMm: HEADER_MM,
    footerMm: FOOTER_MM,
    stripsMm,
    seconds,
    boxes,
    pulses,
  };
}

/** Time on one page: a step of paging through a long record, too. */
export function pageSeconds(paperSpeedMmPerS: PaperSpeed): number {
  return paperSpeedMmPerS === 12.5 ? 20 : 10;
}

const FOCUS_ROW_S = 5;

function layoutRows(layout: EcgLayout, leads: readonly LeadExtent[]): readonly Row[] {
  const across = (columns: readonly (readonly string[])[]): Row[] =>
    (columns[0] ?? []).map((_, row) => ({ kind: "strip", leads: columns.map((column) => column[row] ?? "") }));
  const rhythm = (...names: readonly string[]): Row[] => names.map((name) => ({ kind: "rhythm", leads: [name] }));
  switch (layout) {
    case "3x4+1":
      return [...across(COLUMNS_3X4), ...rhythm(rhythmLead(leads))];
    case "3x4+3":
      return [...across(COLUMNS_3X4), ...rhythm("V1", "II", "V5")];
    case "6x2":
      return across(COLUMNS_6X2);
    case "12x1":
      return rowOrder(leads).map((name) => ({ kind: "rhythm", leads: [name] }));
  }
}

/** Every lead a row: the twelve in their order, then what else there is. */
function rowOrder(leads: readonly LeadExtent[]): readonly string[] {
  const twelve: readonly string[] = COLUMNS_6X2.flat();
  const names = leads.map(({ name }) => name);
  const standard = names.filter((name) => twelve.includes(name)).length >= 8;
  return [
    ...twelve.filter((name) => standard || names.includes(name)),
    ...names.filter((name) => !twelve.includes(name)),
  ];
}

function focusRows(focus: string, seconds: number): readonly Row[] {
  return Array.from({ length: Math.ceil(seconds / FOCUS_ROW_S) }, () => ({ kind: "rhythm", leads: [focus] }));
}

function rhythmLead(leads: readonly LeadExtent[]): string {
  return ["II", "V1", "V5"].find((name) => leads.some((lead) => lead.name === name)) ?? "II";
}

/** The strips of a page fill what A4 landscape leaves (about 160 mm), in whole millimetres, so that baselines lie on the grid. */
function rowHeightMm(rows: number, focused: boolean): number {
  if (focused) return 45;
  return Math.min(40, Math.max(9, Math.floor(162 / rows)));
}

function boxStartS(nominalS: number, seconds: number, { startS, endS }: LeadExtent): number {
  if (nominalS >= startS && nominalS < endS) return nominalS;
  return Math.min(Math.max(nominalS, startS), Math.max(startS, endS - seconds));
}
