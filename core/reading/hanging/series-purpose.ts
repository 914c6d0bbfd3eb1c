import { hasAnyWord } from "./has-word.ts";

/**
 * What a series is there for. While there are `images` or `reformat` only they are hung; `capture` is a picture of a screen
 * that may be a page or may be all there is; `page` is never hung.
 */
export type SeriesPurpose = "images" | "reformat" | "localizer" | "monitoring" | "capture" | "page";

interface SeriesSigns {
  readonly description: string;
  readonly modality: string;
  readonly imageType: readonly string[];
  readonly isColour: boolean;
  readonly hasGeometry: boolean;
  readonly isSecondaryCapture: boolean;
}

const LOCALIZER = ["定位", "localizer", "localiser", "topogram", "scout", "surview", "scanogram", "scano", "pilot"];
/** Slices at one place that wait for the contrast medium. */
const MONITORING = [
  "监测",
  "示踪",
  "跟踪",
  "monitoring",
  "premonitoring",
  "smartprep",
  "smart prep",
  "surestart",
  "locator",
  "tracker",
  "test bolus",
  "timing bolus",
  "bolus tracking",
];
/** Text as pixels: dose reports, protocols, summaries. */
const PAGE = [
  "剂量",
  "扫描方案",
  "dose report",
  "dose record",
  "dose info",
  "dose sheet",
  "dose summary",
  "patient protocol",
  "exam summary",
  "exposure summary",
  "screen save",
  "screenshot",
];
const REFORMAT = [
  "冠状",
  "矢状",
  "曲面",
  "容积重建",
  "mpr",
  "cpr",
  "mip",
  "minip",
  "vr",
  "vrt",
  "ssd",
  "reformat",
  "3d",
];
/** Value 3 and on of Image Type (PS3.3 C.7.6.1.1.2) as scanners and workstations write it. */
const REFORMAT_TYPES = [
  "MPR",
  "CSA MPR",
  "CPR",
  "MIP",
  "MINIP",
  "PROJECTION IMAGE",
  "REFORMATTED",
  "VOLUME",
  "VRT",
  "3D",
];

export function seriesPurpose(signs: SeriesSigns): SeriesPurpose {
  const { description, modality, imageType, isColour, hasGeometry, isSecondaryCapture } = signs;
  const type = imageType.map((value) => value.trim().toUpperCase());
  if (hasAnyWord(description, PAGE) || ["SR", "KO", "PR", "DOC"].includes(modality)) return "page";
  if (type.includes("LOCALIZER") || hasAnyWord(description, LOCALIZER)) return "localizer";
  if (hasAnyWord(description, MONITORING)) return "monitoring";
  if (type.some((value) => REFORMAT_TYPES.includes(value))) return "reformat";
  if (modality === "CT" && hasAnyWord(description, REFORMAT)) return "reformat"; // of MR, "3D" is a way to acquire
  if (modality === "CT" && isSecondaryCapture && !hasGeometry) return isColour ? "reformat" : "capture"; // colour: a rendering
  return "images";
}
