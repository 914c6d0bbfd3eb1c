import { FILTER_CHOICES, type FilterChoice } from "../kernels/ecg-filters.ts";
import {
  ECG_LAYOUTS,
  type EcgLayout,
  GAINS_MM_PER_MV,
  type Gain,
  PAPER_SPEEDS_MM_PER_S,
  type PaperSpeed,
} from "../kernels/ecg-layout.ts";
import { DEFAULT_PX_PER_MM } from "../kernels/ecg-scale.ts";

/** How the reader wants to see it. `zoom`: true size when it fits and else fitted, fitted, or a factor of true size. */
export interface EcgView {
  readonly layout: EcgLayout;
  readonly paperSpeedMmPerS: PaperSpeed;
  readonly gainMmPerMv: Gain;
  readonly filter: FilterChoice;
  readonly night: boolean;
  readonly zoom: "auto" | "fit" | number;
  readonly focus: string | null;
  readonly fromS: number;
  readonly tool: "caliper" | "hand";
  readonly marchOut: boolean;
  readonly aside: boolean;
}

const STORED_UNDER = "hub.ecg.view";
const CALIBRATION_UNDER = "hub.ecg.px-per-mm";

export const ZOOM_STEP = 1.25;
export const LEAST_ZOOM = 0.4;
export const MOST_ZOOM = 8;

/**
 * What the reader chose last. Speed, gain and filter always begin at 25 mm/s, 10 mm/mV, none: nobody should read a new
 * patient's ECG at a scale left over from the last one without having asked for it.
 */
export function initialView(): EcgView {
  const stored = storedView();
  return {
    layout: ECG_LAYOUTS.find((layout) => layout === stored.layout) ?? "3x4+1",
    paperSpeedMmPerS: 25,
    gainMmPerMv: 10,
    filter: "none",
    night: stored.night === true,
    zoom: stored.zoom === "fit" ? "fit" : "auto",
    focus: null,
    fromS: 0,
    tool: "caliper",
    marchOut: false,
    aside: stored.aside !== false,
  };
}

export function storeView({ layout, night, zoom, aside }: EcgView): void {
  localStorage.setItem(STORED_UNDER, JSON.stringify({ layout, night, zoom: zoom === "fit" ? "fit" : "auto", aside }));
}

function storedView(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED_UNDER) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export interface Calibration {
  readonly pxPerMm: number;
  readonly measured: boolean;
}

export function storedCalibration(): Calibration {
  const value = Number(localStorage.getItem(CALIBRATION_UNDER) ?? Number.NaN);
  return value > 1 && value < 20 ? { pxPerMm: value, measured: true } : { pxPerMm: DEFAULT_PX_PER_MM, measured: false };
}

export function storeCalibration(pxPerMm: number | null): Calibration {
  if (pxPerMm === null) localStorage.removeItem(CALIBRATION_UNDER);
  else localStorage.setItem(CALIBRATION_UNDER, String(pxPerMm));
  return storedCalibration();
}

/** The choice after this one, round and round. */
function nextOf<T>(choices: readonly T[], current: T): T {
  return choices[(choices.indexOf(current) + 1) % choices.length] ?? current;
}

export const nextSpeed = (view: EcgView): PaperSpeed => nextOf(PAPER_SPEEDS_MM_PER_S, view.paperSpeedMmPerS);
export const nextGain = (view: EcgView): Gain => nextOf(GAINS_MM_PER_MV, view.gainMmPerMv);
export const FILTER_ORDER = Object.keys(FILTER_CHOICES) as readonly FilterChoice[];
export const nextFilter = (view: EcgView): FilterChoice => nextOf(FILTER_ORDER, view.filter);
